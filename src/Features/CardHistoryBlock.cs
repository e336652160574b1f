using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Features;

/// <summary>
/// The bytes of one card's history: a header, then columns of as many places as the block has room for, one array, so that a card costs one look-up, one
/// copy and no pointer. A column holds a ring: the newest transaction lies before <see cref="CardHistoryHeader.Next"/>.
/// </summary>
readonly struct CardHistoryBlock
{
    const int BytesPerPlace = 29;
    const int PlacesPerId = 8;
    const int HeadLength = 528; // The array's own head, the header and 32 ids, as many as 256 places have.

    readonly byte[] _bytes;

    /// <param name="capacity">Places, a power of two from 4 to <paramref name="limit"/>.</param>
    /// <param name="limit">Places of the largest block that this one may grow to.</param>
    internal CardHistoryBlock(int capacity, int limit)
    {
        _bytes = new byte[Length(capacity, limit)];
        (Header.Capacity, Header.Ids, Header.Limit) = ((ushort)capacity, (ushort)IdsOf(capacity, limit), (ushort)limit);
    }

    /// <summary>Whether it is the default, without a byte.</summary>
    internal bool IsNone => _bytes is null;

    internal ref CardHistoryHeader Header => ref Unsafe.As<byte, CardHistoryHeader>(ref MemoryMarshal.GetArrayDataReference(_bytes));

    /// <summary>Hashes of the newest transactions' ids, each in its transaction's place modulo their number.</summary>
    internal Span<ulong> Ids => Column<ulong>(0, Header.Ids);

    /// <summary>When, how much, and what a window needs to know when one leaves it.</summary>
    internal Span<CardPayment> Payments => Column<CardPayment>(8 * Header.Ids, Header.Capacity);

    /// <summary>Hashes of merchants.</summary>
    internal Span<uint> Merchants => Column<uint>((8 * Header.Ids) + (16 * Header.Capacity), Header.Capacity);

    /// <summary>Merchant category codes.</summary>
    internal Span<ushort> Mccs => Column<ushort>((8 * Header.Ids) + (20 * Header.Capacity), Header.Capacity);

    /// <summary>Countries, above them entry modes.</summary>
    internal Span<ushort> Places => Column<ushort>((8 * Header.Ids) + (22 * Header.Capacity), Header.Capacity);

    /// <summary>Hashes of devices.</summary>
    internal Span<ushort> Devices => Column<ushort>((8 * Header.Ids) + (24 * Header.Capacity), Header.Capacity);

    /// <summary>Not a ring: see <see cref="CardHistoryMedian"/>.</summary>
    internal Span<ushort> ByAmount => Column<ushort>((8 * Header.Ids) + (26 * Header.Capacity), Header.Capacity);

    /// <summary>Hours of the week.</summary>
    internal Span<byte> Hours => Column<byte>((8 * Header.Ids) + (28 * Header.Capacity), Header.Capacity);

    /// <summary>Fills one place of every column.</summary>
    internal void Write(int place, in CardEvent added)
    {
        Ids[place & (Header.Ids - 1)] = added.Id;
        Payments[place] = new(added);
        Merchants[place] = added.Merchant;
        Mccs[place] = added.Mcc;
        Places[place] = added.Place;
        Devices[place] = added.Device;
        Hours[place] = added.HourOfWeek;
    }

    /// <summary>Asks for the header and the ids, without looking at either.</summary>
    internal void PrefetchHead() => CacheLines.PrefetchObject(_bytes, HeadLength);

    /// <summary>
    /// Asks for the memory that a transaction's features and <see cref="CardHistory.Add"/> will need: of the payments the newest and what may leave a window,
    /// and the columns that are passed through.
    /// </summary>
    internal void PrefetchColumns()
    {
        ref var header = ref Header;
        int newest = (header.Next - 1) & (header.Capacity - 1), last = 0;
        CacheLines.Prefetch(ref Payments[newest]);
        foreach (int count in header.Windows.Counts)
        {
            if (count != last) CacheLines.Prefetch(ref Payments[(header.Next - count) & (header.Capacity - 1)]);
            last = count;
        }
        CacheLines.Prefetch(Merchants[..header.Count]);
        CacheLines.Prefetch(Mccs[..header.Count]);
        CacheLines.Prefetch(ByAmount[..header.Ordered]);
        CacheLines.Prefetch(Hours[..header.Count]);
        CacheLines.Prefetch(ref Places[newest]);
    }

    /// <summary>A block of twice the places that holds the same; this one must be full and never have wrapped.</summary>
    internal CardHistoryBlock Doubled()
    {
        var larger = new CardHistoryBlock(Header.Capacity * 2, Header.Limit);
        var (capacity, ids) = (larger.Header.Capacity, larger.Header.Ids);
        larger.Header = Header;
        (larger.Header.Capacity, larger.Header.Ids, larger.Header.Next) = (capacity, ids, Header.Capacity);
        Ids.CopyTo(larger.Ids);
        Payments.CopyTo(larger.Payments);
        Merchants.CopyTo(larger.Merchants);
        Mccs.CopyTo(larger.Mccs);
        Places.CopyTo(larger.Places);
        Devices.CopyTo(larger.Devices);
        ByAmount.CopyTo(larger.ByAmount);
        Hours.CopyTo(larger.Hours);
        return larger;
    }

    internal void Save(StateWriter writer)
    {
        writer.Write((int)Header.Capacity);
        writer.Write<byte>(_bytes);
    }

    /// <summary>Reads what <see cref="Save"/> has written.</summary>
    /// <exception cref="InvalidDataException">It is none of this limit.</exception>
    internal static CardHistoryBlock Restore(StateReader reader, int limit)
    {
        var block = new CardHistoryBlock(reader.ReadCount(limit), limit);
        var expected = (block.Header.Capacity, block.Header.Ids, block.Header.Limit);
        reader.Read<byte>(block._bytes);
        return (block.Header.Capacity, block.Header.Ids, block.Header.Limit) == expected
            ? block
            : throw new InvalidDataException("a card's history in the snapshot has another shape than this build writes");
    }

    static int IdsOf(int capacity, int limit) => Math.Min(capacity, limit / PlacesPerId);

    static int Length(int capacity, int limit) =>
        Unsafe.SizeOf<CardHistoryHeader>() + (BytesPerPlace * capacity) + (sizeof(ulong) * IdsOf(capacity, limit));

    Span<T> Column<T>(int offset, int length)
        where T : unmanaged
    {
        ref byte first = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), Unsafe.SizeOf<CardHistoryHeader>() + offset);
        return MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref first), length);
    }
}

/// <summary>What runs over the columns of a <see cref="CardHistoryBlock"/>, all of it in integers and a function of them.</summary>
struct CardHistoryHeader
{
    /// <summary>Places in the columns.</summary>
    internal ushort Capacity;

    /// <summary>Places in the column of ids.</summary>
    internal ushort Ids;

    /// <summary>The most places that the block may grow to.</summary>
    internal ushort Limit;

    /// <summary>Transactions held.</summary>
    internal ushort Count;

    /// <summary>The place of the next transaction.</summary>
    internal ushort Next;

    /// <summary>Transactions in <see cref="CardHistoryBlock.ByAmount"/>.</summary>
    internal ushort Ordered;

    /// <summary>How many of the newest transactions in a row were small.</summary>
    internal ushort SmallRun;

    /// <summary>1 + the place of the newest transaction with the card present; 0 where there is none.</summary>
    internal ushort Present;

    /// <summary>Time of the newest transaction, in microseconds.</summary>
    internal long Latest;

    /// <summary>Of the amounts held.</summary>
    internal UInt128 SumOfSquares;

    /// <summary>Of the amounts held.</summary>
    internal long Sum;

    /// <summary>Of the merchants held: see <see cref="Entropy"/>.</summary>
    internal long MerchantTerms;

    /// <summary>Of the merchant category codes held.</summary>
    internal long MccTerms;

    internal CardHistoryWindows Windows;
}
