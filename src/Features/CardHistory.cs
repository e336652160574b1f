namespace Vigil.Features;

/// <summary>
/// One card's newest transactions, and what is kept running over them. Everything here is a function of the transactions held, in integers, so a history
/// rebuilt from the same transactions says the same, bit for bit. It starts small and doubles up to its limit.
/// </summary>
struct CardHistory
{
    internal const int CountryBits = 10;
    internal const ushort CountryMask = (1 << CountryBits) - 1, EntryModeMask = 7 << CountryBits;

    internal const ushort MccMask = (1 << 14) - 1;

    const int FirstCapacity = 4;

    CardHistoryBlock _block;

    /// <summary>Whether it is the default: not even begun.</summary>
    internal readonly bool IsNone => _block.IsNone;

    /// <summary>Valid for the time of the last <see cref="MoveTo"/>.</summary>
    internal readonly ref readonly CardHistoryHeader Header => ref _block.Header;

    /// <summary>The newest transaction's time; null where there is none.</summary>
    internal readonly long? Latest => IsNone || Header.Count == 0 ? null : Header.Latest;

    /// <summary>Twice the median amount of the longest window (the sum of the two middle amounts); 0 where the window is empty.</summary>
    internal readonly long TwiceMedian => new CardHistoryMedian(_block).Twice;

    /// <summary>Country of the newest transaction with the card present, and its time; null where there is none.</summary>
    internal readonly (int Country, long Time)? LastPresent =>
        Header.Present == 0 ? null : (_block.Places[Header.Present - 1] & CountryMask, _block.Payments[Header.Present - 1].Time);

    /// <summary>Begins an empty history.</summary>
    /// <param name="limit">The most transactions that it will hold, a power of two from 16 to 4,096.</param>
    internal void Begin(int limit) => _block = new(FirstCapacity, limit);

    /// <summary>The time of the newest transaction for 1, of the one before it for 2, and so on.</summary>
    internal readonly long TimeOf(int back) => _block.Payments[PlaceOf(back)].Time;

    /// <summary>Whether one of the newest transactions, an eighth of the limit, had the same id.</summary>
    internal readonly bool Repeats(in CardEvent next) => _block.Ids[..Math.Min(Header.Ids, Header.Count)].Contains(next.Id);

    /// <summary>Whether a transaction held had the same device.</summary>
    internal readonly bool KnowsDeviceOf(in CardEvent next) => _block.Devices[..Header.Count].Contains(next.Device);

    /// <summary>How many transactions held lie within an hour of the week of another, before or after it.</summary>
    internal readonly int CountNear(int hourOfWeek)
    {
        const int Week = FeatureList.HoursPerWeek;
        var hours = _block.Hours[..Header.Count];
        return hours.Count((byte)((hourOfWeek + Week - 1) % Week)) + hours.Count((byte)hourOfWeek) + hours.Count((byte)((hourOfWeek + 1) % Week));
    }

    /// <summary>Where merchant, country and entry mode of a transaction to come were last.</summary>
    internal readonly CardVisits VisitsOf(in CardEvent next) =>
        new(LastAt(next.Merchant), LastLike(next.Place, CountryMask), LastLike(next.Place, EntryModeMask));

    /// <summary>See <see cref="CardHistoryMedian.LargestAndAbove"/>.</summary>
    internal readonly (long Largest, int Above) LargestAndAbove(int newest, long twiceMedian) =>
        new CardHistoryMedian(_block).LargestAndAbove(newest, twiceMedian);

    /// <summary>Asks for the memory that <see cref="Latest"/> and <see cref="Repeats"/> read, so that it comes while other work is done.</summary>
    internal readonly void PrefetchHead() => _block.PrefetchHead();

    /// <summary>Likewise, for the rest of a transaction's way through the history.</summary>
    internal readonly void PrefetchColumns() => _block.PrefetchColumns();

    /// <summary>Likewise, once the columns are there, for what they point to.</summary>
    internal readonly void PrefetchMedian() => new CardHistoryMedian(_block).Prefetch();

    /// <summary>Lets the windows forget what is too old at this time, which must not be earlier than <see cref="Latest"/>.</summary>
    internal void MoveTo(long now)
    {
        ref var windows = ref _block.Header.Windows;
        for (int window = 0; window < CardHistoryWindows.Length; window++)
        {
            while (windows.Counts[window] > 0 && CardHistoryWindows.IsPast(window, TimeOf(windows.Counts[window]), now)) Forget(window);
        }
    }

    /// <summary>Appends a transaction; the oldest makes room for it where the limit is reached.</summary>
    /// <param name="added">The transaction.</param>
    /// <param name="visits">Its <see cref="VisitsOf"/>.</param>
    internal void Add(in CardEvent added, CardVisits visits)
    {
        if (Header.Count == Header.Limit) visits = DropOldest(visits);
        else if (Header.Count == Header.Capacity) _block = _block.Doubled();

        Mark(visits.Merchant, CardPayment.MerchantAgain);
        Mark(visits.Country, CardPayment.CountryAgain);
        Mark(visits.EntryMode, CardPayment.EntryModeAgain);
        ref var header = ref _block.Header;
        header.Windows.Add(added, visits);
        header.Latest = added.Time;
        header.Sum += added.Amount;
        header.SumOfSquares += Square(added.Amount);
        header.SmallRun = added.Amount <= FeatureList.SmallAmount ? (ushort)(header.SmallRun + 1) : (ushort)0;
        if (added.IsCardPresent) header.Present = (ushort)(header.Next + 1);
        _block.Write(header.Next, added);
        new CardHistoryMedian(_block).Add(header.Next);
        header.Next = (ushort)((header.Next + 1) & (header.Capacity - 1));
        header.Count++;
        header.MerchantTerms += Entropy.TermOfLast(CountOf(added.Merchant));
        header.MccTerms += Entropy.TermOfLast(CountOf(added.Mcc));
    }

    /// <summary>Writes the block as it is.</summary>
    internal static void Save(StateWriter writer, CardHistory history) => history._block.Save(writer);

    /// <summary>Reads what <see cref="Save"/> has written.</summary>
    internal static CardHistory Restore(StateReader reader, int limit) => new() { _block = CardHistoryBlock.Restore(reader, limit) };

    static UInt128 Square(long amount) => (UInt128)(ulong)amount * (ulong)amount;

    readonly int PlaceOf(int back) => (Header.Next - back) & (Header.Capacity - 1);

    // In a ring that has wrapped, what lies from the next place on is older than what lies before it.
    readonly int? LastAt(uint merchant)
    {
        int split = Header.Next;
        var merchants = _block.Merchants;
        return Back(merchants[..split].LastIndexOf(merchant)) ?? Back(merchants[split..Header.Count].LastIndexOf(merchant), split);
    }

    readonly int? LastLike(ushort place, ushort mask)
    {
        int split = Header.Next;
        var places = _block.Places;
        return Back(CardHistoryScan.LastIndexOf(places[..split], mask, place))
            ?? Back(CardHistoryScan.LastIndexOf(places[split..Header.Count], mask, place), split);
    }

    /// <summary>How far back a position is that was found from a place on; null where none was found.</summary>
    readonly int? Back(int position, int from = 0) => position < 0 ? null : ((Header.Next - from - position - 1) & (Header.Capacity - 1)) + 1;

    readonly int CountOf(uint merchant) => _block.Merchants[..Header.Count].Count(merchant);

    readonly int CountOf(ushort mcc) => _block.Mccs[..Header.Count].Count(mcc);

    void Mark(int? back, long again)
    {
        if (back is int found) _block.Payments[PlaceOf(found)].Mark(again);
    }

    /// <summary>Takes a window's oldest transaction out of it.</summary>
    void Forget(int window)
    {
        ref var windows = ref _block.Header.Windows;
        int oldest = PlaceOf(windows.Counts[window]);
        windows.Remove(window, _block.Payments[oldest]);
        if (window == CardHistoryWindows.Length - 1) new CardHistoryMedian(_block).Remove(oldest);
    }

    /// <summary>Forgets the oldest transaction, and that a transaction to come was there last.</summary>
    CardVisits DropOldest(CardVisits visits)
    {
        ref var header = ref _block.Header;
        for (int window = 0; window < CardHistoryWindows.Length; window++)
        {
            if (header.Windows.Counts[window] == header.Count) Forget(window);
        }
        int oldest = PlaceOf(header.Count);
        long amount = _block.Payments[oldest].Amount;
        header.MerchantTerms -= Entropy.TermOfLast(CountOf(_block.Merchants[oldest]));
        header.MccTerms -= Entropy.TermOfLast(CountOf(_block.Mccs[oldest]));
        header.Sum -= amount;
        header.SumOfSquares -= Square(amount);
        if (header.Present == oldest + 1) header.Present = 0;
        var left = visits.Without(header.Count);
        header.Count--;
        header.SmallRun = Math.Min(header.SmallRun, header.Count);
        return left;
    }
}
