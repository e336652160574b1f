using System.Numerics;
using System.Runtime.Intrinsics;

namespace Vigil.Features;

/// <summary>A vectorised pass over part of a history's column.</summary>
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
}
