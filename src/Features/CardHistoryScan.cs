using System.Numerics;
using System.Runtime.Intrinsics;

namespace Vigil.Features;

/// <summary>Vectorised passes over parts of a history's columns.</summary>
static class CardHistoryScan
{
    /// <summary>The last position whose value is like another under a mask; -1 where none is.</summary>
    internal static int LastIndexOf(ReadOnlySpan<ushort> values, ushort mask, ushort like)
    {
        ushort value = (ushort)(like & mask);
        int end = values.Length;
        for (; end >= Vector256<ushort>.Count; end -= Vector256<ushort>.Count)
        {
            int start = end - Vector256<ushort>.Count;
            uint hits = Vector256.Equals(Vector256.Create(values[start..]) & Vector256.Create(mask), Vector256.Create(value)).ExtractMostSignificantBits();
            if (hits != 0) return start + BitOperations.Log2(hits);
        }
        while (--end >= 0)
        {
            if ((values[end] & mask) == value) break;
        }
        return end;
    }

    /// <summary>The largest of amounts and of another, and how many of them lie above a bound, added to a count.</summary>
    internal static (long Largest, int Above) Extend((long Largest, int Above) other, ReadOnlySpan<long> amounts, long bound)
    {
        var (largest, above) = other;
        int start = 0;
        if (amounts.Length >= Vector256<long>.Count)
        {
            var (most, fewer) = (Vector256.Create(largest), Vector256<long>.Zero);
            for (; start <= amounts.Length - Vector256<long>.Count; start += Vector256<long>.Count)
            {
                var some = Vector256.Create(amounts[start..]);
                most = Vector256.Max(most, some);
                fewer += Vector256.GreaterThan(some, Vector256.Create(bound)); // True is -1.
            }
            for (int lane = 0; lane < Vector256<long>.Count; lane++) largest = Math.Max(largest, most[lane]);
            above -= (int)Vector256.Sum(fewer);
        }
        foreach (long amount in amounts[start..])
        {
            largest = Math.Max(largest, amount);
            if (amount > bound) above++;
        }
        return (largest, above);
    }
}
