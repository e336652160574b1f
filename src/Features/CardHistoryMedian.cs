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
    readonly Span<long> _amounts = block.Amounts;

    /// <summary>The sum of the two middle amounts, which are one where their number is odd; 0 where there are none.</summary>
    internal long Twice => _count == 0 ? 0 : _amounts[_places[(_count - 1) / 2]] + _amounts[_places[_count / 2]];

    internal void Add(int place)
    {
        int position = Position(place);
        _places[position.._count].CopyTo(_places[(position + 1)..]);
        _places[position] = (ushort)place;
        _count++;
    }

    internal void Remove(int place)
    {
        int position = Position(place);
        _places[(position + 1).._count].CopyTo(_places[position..]);
        _count--;
    }

    /// <summary>The first position whose transaction does not come before the place's.</summary>
    int Position(int place)
    {
        var (low, high, amount) = (0, (int)_count, _amounts[place]);
        while (low < high)
        {
            int middle = (low + high) / 2;
            long other = _amounts[_places[middle]];
            if (other < amount || (other == amount && _places[middle] < place)) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
