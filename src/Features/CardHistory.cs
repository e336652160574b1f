namespace Vigil.Features;

/// <summary>
/// One card's newest transactions in a ring, and what is kept running over them. Everything here is a function of the ring's raw events, in
/// integers, so a history rebuilt from the same events is the same bits. The ring starts small and doubles up to its limit.
/// </summary>
sealed class CardHistory(int limit)
{
    const int FirstLength = 8;

    long[] _times = new long[FirstLength];
    long[] _amounts = new long[FirstLength];
    ulong[] _merchants = new ulong[FirstLength];
    CardHistoryWindows _windows;
    CardHistoryMedian _median = new(FirstLength);
    int _next;
    long _sum;
    UInt128 _sumOfSquares;
    long _sumOfEntropyTerms;

    /// <summary>Transactions held.</summary>
    internal int Count { get; private set; }

    /// <summary>The newest transaction's time; null where there is none.</summary>
    internal long? Latest => Count == 0 ? null : _times[Slot(1)];

    /// <summary>Sum of the amounts held.</summary>
    internal long Sum => _sum;

    /// <summary>Sum of their squares.</summary>
    internal UInt128 SumOfSquares => _sumOfSquares;

    /// <summary>Entropy of the merchants held, in bits.</summary>
    internal double Entropy => MerchantEntropy.Bits(Count, _sumOfEntropyTerms);

    /// <summary>Running counts and sums, valid for the time of the last <see cref="MoveTo"/>.</summary>
    internal ref readonly CardHistoryWindows Windows => ref _windows;

    /// <summary>Twice the median amount of the longest window (the sum of the two middle amounts); 0 where the window is empty.</summary>
    internal long TwiceMedian => _median.Twice(_amounts);

    /// <summary>Lets the windows forget what is too old at this time, which must not be earlier than <see cref="Latest"/>.</summary>
    internal void MoveTo(long now)
    {
        for (int window = 0; window < CardHistoryWindows.Length; window++)
        {
            while (_windows.Counts[window] > 0 && CardHistoryWindows.IsPast(window, _times[OldestSlot(window)], now)) Forget(window);
        }
    }

    /// <summary>Appends a transaction; the oldest makes room for it where the ring has reached its limit.</summary>
    internal void Add(long time, long amount, ulong merchant)
    {
        if (Count == limit) DropOldest();
        else if (Count == _times.Length) Grow();

        _times[_next] = time;
        _amounts[_next] = amount;
        _merchants[_next] = merchant;
        _sum += amount;
        _sumOfSquares += Square(amount);
        _windows.Add(amount);
        _median.Add(_next, _amounts);
        _next = (_next + 1) & (_times.Length - 1);
        Count++;
        _sumOfEntropyTerms += EntropyShare(merchant);
    }

    /// <summary>The time of the last transaction at a merchant; null where the history holds none.</summary>
    internal long? LastAt(ulong merchant)
    {
        var merchants = _merchants.AsSpan(0, Count);
        // Once the ring has wrapped, the slots before the next are newer than those from it on.
        int slot = merchants[.._next].LastIndexOf(merchant);
        if (slot < 0) slot = merchants.LastIndexOf(merchant);
        return slot < 0 ? null : _times[slot];
    }

    /// <summary>The largest of the newest amounts, 0 where there are none, and how many of them lie above three medians.</summary>
    internal (long Largest, int Over) LargestAndOver(int newest, long twiceMedian)
    {
        var (largest, over) = (0L, 0);
        for (int back = 1; back <= newest; back++)
        {
            long amount = _amounts[Slot(back)];
            largest = Math.Max(largest, amount);
            if (2 * amount > 3 * twiceMedian) over++;
        }
        return (largest, over);
    }

    /// <summary>Writes the raw events, oldest first: all else is a function of them.</summary>
    internal static void Save(StateWriter writer, CardHistory history)
    {
        writer.Write(history.Count);
        for (int back = history.Count; back > 0; back--)
        {
            int slot = history.Slot(back);
            writer.Write((history._times[slot], history._amounts[slot], history._merchants[slot]));
        }
    }

    /// <summary>Reads what <see cref="Save"/> has written.</summary>
    internal static CardHistory Restore(StateReader reader, int limit)
    {
        var history = new CardHistory(limit);
        for (int left = reader.ReadCount(limit); left > 0; left--)
        {
            var (time, amount, merchant) = reader.Read<(long, long, ulong)>();
            history.MoveTo(time);
            history.Add(time, amount, merchant);
        }
        return history;
    }

    static UInt128 Square(long amount) => (UInt128)(ulong)amount * (ulong)amount;

    /// <summary>The ring's slot of the newest transaction for 1, of the one before it for 2, and so on.</summary>
    int Slot(int back) => (_next - back) & (_times.Length - 1);

    int OldestSlot(int window) => Slot(_windows.Counts[window]);

    /// <summary>What the last of the held transactions at a merchant, whichever it is, adds to the sum of entropy terms.</summary>
    long EntropyShare(ulong merchant)
    {
        int count = _merchants.AsSpan(0, Count).Count(merchant);
        return MerchantEntropy.Term(count) - MerchantEntropy.Term(count - 1);
    }

    /// <summary>Takes a window's oldest transaction out of it.</summary>
    void Forget(int window)
    {
        int slot = OldestSlot(window);
        _windows.Remove(window, _amounts[slot]);
        if (window == CardHistoryWindows.Length - 1) _median.Remove(slot, _amounts);
    }

    void DropOldest()
    {
        for (int window = 0; window < CardHistoryWindows.Length; window++)
        {
            if (_windows.Counts[window] == Count) Forget(window);
        }
        int oldest = Slot(Count);
        _sum -= _amounts[oldest];
        _sumOfSquares -= Square(_amounts[oldest]);
        _sumOfEntropyTerms -= EntropyShare(_merchants[oldest]);
        Count--;
    }

    void Grow()
    {
        int length = Math.Min(_times.Length * 2, limit);
        _next = _times.Length; // Full and never wrapped: the slots are in order, and the next is the first new one.
        Array.Resize(ref _times, length);
        Array.Resize(ref _amounts, length);
        Array.Resize(ref _merchants, length);
        _median.Grow(length);
    }
}
