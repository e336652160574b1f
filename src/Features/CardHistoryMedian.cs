namespace Vigil.Features;

/// <summary>
/// The places of the longest window's transactions in order of amount (then place), two bytes each: the exact median in O(1), an update in one binary
/// search and one short block move.
/// </summary>
/// <param name="block">Whose <see cref="CardHistoryBlock.ByAmount"/> this keeps in order.</param>
readonly ref struct CardHistoryMedian(CardHistoryBlock block)
{
    readonly ref ushort _count = ref block.Header.Ordered;
    readonly Span<ushort> _places = block.ByAmount;
    readonly Span<CardPayment> _payments = block.Payments;
    readonly int _next = block.Header.Next, _mask = block.Header.Capacity - 1;

    /// <summary>The sum of the two middle amounts, which are one where their number is odd; 0 where there are none.</summary>
    internal long Twice => _count == 0 ? 0 : AmountAt((_count - 1) / 2) + AmountAt(_count / 2);

    /// <summary>The largest of the newest amounts, 0 where there are none, and how many of them lie above three medians.</summary>
    /// <param name="newest">How many are asked for, at most those in order.</param>
    /// <param name="twiceMedian">As <see cref="Twice"/>.</param>
    internal (long Largest, int Above) LargestAndAbove(int newest, long twiceMedian)
    {
        if (newest == 0) return default;
        long bound = 3 * twiceMedian / 2; // Amounts are whole: more than three medians is more than the whole part of it.
        int position = _count - 1;
        while (!IsAmong(newest, position)) position--;
        long largest = AmountAt(position);
        int above = 0;
        for (; position >= 0 && AmountAt(position) > bound; position--) above += IsAmong(newest, position) ? 1 : 0;
        return (largest, above);
    }

    internal void Add(int place)
    {
        int position = Position(place);
        _places[position.._count].CopyTo(_places[(position + 1)..]);
        _places[position] = (ushort)place;
        _count++;
    }

    internal void Remove(int place)
    {
        int position = _places[.._count].IndexOf((ushort)place);
        _places[(position + 1).._count].CopyTo(_places[position..]);
        _count--;
    }

    /// <summary>Asks for the amounts that the search of <see cref="Add"/> looks at first, the middle ones among them.</summary>
    internal void Prefetch()
    {
        for (int sixteenth = 1; sixteenth < 16; sixteenth++) CacheLines.Prefetch(ref _payments[_places[_count * sixteenth / 16]]);
    }

    long AmountAt(int position) => _payments[_places[position]].Amount;

    bool IsAmong(int newest, int position) => ((_next - _places[position] - 1) & _mask) < newest;

    /// <summary>The first position whose transaction does not come before the place's.</summary>
    int Position(int place)
    {
        var (low, high, amount) = (0, (int)_count, _payments[place].Amount);
        while (low < high)
        {
            int middle = (low + high) / 2;
            long other = AmountAt(middle);
            if (other < amount || (other == amount && _places[middle] < place)) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
