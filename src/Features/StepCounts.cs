using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// What one step of a partition counts by merchant and terminal, in the order in which it met them, with their ids: so a step is closed at once, however many
/// they are. Used again for another step.
/// </summary>
sealed class StepCounts
{
    const int LongestId = 1 << 16; // No decoder lets one of more than 64 bytes pass.
    const int MostPlaces = 1 << 24; // Far more merchants and terminals than a step of a partition sees.
    const int TextsLength = 1 << 16;

    readonly List<byte[]> _texts = [];
    Chunks<Entry> _entries = new();
    int _text, _filled; // The array of texts that is being filled, and how much of it is.

    /// <summary>Merchants and terminals, each with a place from 0 on.</summary>
    internal int Count => _entries.Count;

    /// <summary>Begins to count the merchant or terminal of a transaction.</summary>
    /// <returns>Its place.</returns>
    internal int Begin(in Transaction transaction)
    {
        int place = _entries.Add();
        ref var entry = ref _entries[place];
        var merchant = transaction.MerchantId.Span;
        var terminal = transaction.TerminalId.Span;
        entry = WithRoomFor(merchant.Length, terminal.Length);
        merchant.CopyTo(entry.Ids);
        terminal.CopyTo(entry.Ids[merchant.Length..]);
        return place;
    }

    /// <summary>Asks for the memory of a place.</summary>
    internal void Prefetch(int place) => CacheLines.Prefetch(ref _entries.Peek(place));

    /// <summary>Counts a transaction.</summary>
    internal void Add(int place, long amount)
    {
        ref var entry = ref _entries[place];
        entry.Count++;
        entry.AmountSum = Math.Min(entry.AmountSum + amount, MerchantActivity.LargestAmountSum);
    }

    /// <summary>What was counted at a place; its texts are valid until <see cref="Clear"/>.</summary>
    internal MerchantActivity Read(int place, int partition, Instant start)
    {
        ref var entry = ref _entries[place];
        return new()
        {
            Partition = partition,
            StepStart = start,
            MerchantId = new(entry.Text.AsMemory(entry.Start, entry.MerchantLength)),
            TerminalId = new(entry.Text.AsMemory(entry.Start + entry.MerchantLength, entry.TerminalLength)),
            Count = entry.Count,
            AmountSum = entry.AmountSum,
        };
    }

    /// <summary>As new, but for the memory that it holds.</summary>
    internal void Clear()
    {
        _entries.Clear();
        (_text, _filled) = (0, 0);
    }

    internal void Save(StateWriter writer, int place)
    {
        ref var entry = ref _entries[place];
        writer.Write(entry.Count);
        writer.Write(place);
        writer.Write(entry.AmountSum);
        writer.Write(entry.MerchantLength);
        writer.Write(entry.TerminalLength);
        writer.Write<byte>(entry.Ids);
    }

    /// <summary>Reads what <see cref="Save"/> has written, after its count; places come in any order.</summary>
    /// <returns>The place.</returns>
    internal int Restore(StateReader reader, long count)
    {
        int place = reader.ReadCount(MostPlaces);
        while (_entries.Count <= place) _entries.Add();
        long amountSum = reader.Read<long>();
        ref var entry = ref _entries[place];
        entry = WithRoomFor(reader.ReadCount(LongestId), reader.ReadCount(LongestId));
        (entry.Count, entry.AmountSum) = (count, amountSum);
        reader.Read(entry.Ids);
        return place;
    }

    Entry WithRoomFor(int merchantLength, int terminalLength)
    {
        int length = merchantLength + terminalLength;
        for (; _text < _texts.Count && _texts[_text].Length - _filled < length; _text++) _filled = 0;
        if (_text == _texts.Count) _texts.Add(new byte[Math.Max(length, TextsLength)]);
        var entry = new Entry { Text = _texts[_text], Start = _filled, MerchantLength = merchantLength, TerminalLength = terminalLength };
        _filled += length;
        return entry;
    }

    struct Entry
    {
        internal long Count;
        internal long AmountSum;
        internal byte[] Text;
        internal int Start, MerchantLength, TerminalLength;

        internal readonly Span<byte> Ids => Text.AsSpan(Start, MerchantLength + TerminalLength);
    }
}
