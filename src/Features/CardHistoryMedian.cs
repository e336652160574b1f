namespace Vigil.Features;

/// <summary>
/// The ring slots of the longest window's transactions in order of amount (then slot), two bytes each: the exact median in O(1), an update
/// in one binary search and one short block move.
/// </summary>
struct CardHistoryMedian(int length)
{
    ushort[] _slots = new ushort[length];
    int _count;

    /// <summary>The sum of the two middle amounts, which are one where their number is odd; 0 where there are none.</summary>
    internal readonly long Twice(long[] amounts) =>
        _count == 0 ? 0 : amounts[_slots[(_count - 1) / 2]] + amounts[_slots[_count / 2]];

    internal void Add(int slot, long[] amounts)
    {
        int position = Position(slot, amounts);
        Array.Copy(_slots, position, _slots, position + 1, _count - position);
        _slots[position] = (ushort)slot;
        _count++;
    }

    internal void Remove(int slot, long[] amounts)
    {
        int position = Position(slot, amounts);
        _count--;
        Array.Copy(_slots, position + 1, _slots, position, _count - position);
    }

    internal void Grow(int length) => Array.Resize(ref _slots, length);

    /// <summary>The first position whose transaction does not come before the slot's.</summary>
    readonly int Position(int slot, long[] amounts)
    {
        var (low, high, amount) = (0, _count, amounts[slot]);
        while (low < high)
        {
            int middle = (low + high) / 2;
            long other = amounts[_slots[middle]];
            if (other < amount || (other == amount && _slots[middle] < slot)) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
