using System.Runtime.Intrinsics;

namespace Vigil.Features;

/// <summary>What came into effect together about one merchant or terminal in one step, in 24 bytes. Facts sort by the step that they are about.</summary>
/// <param name="About">The step that was counted.</param>
/// <param name="Stamped">The step of the records' stamps.</param>
/// <param name="Count">Transactions.</param>
/// <param name="AmountSum">Sum of their amounts, in minor units.</param>
readonly record struct ActivityFact(int About, int Stamped, long Count, long AmountSum) : IComparable<ActivityFact>
{
    /// <summary>A sum above it counts as this, so that none overflows, in whatever order they are added.</summary>
    const long LargestSum = 1L << 61;

    /// <summary>The sum of two sums.</summary>
    internal static long Add(long left, long right) => Math.Min(left + right, LargestSum);

    /// <summary>The sums of sums.</summary>
    internal static Vector256<long> Add(Vector256<long> left, Vector256<long> right) => Vector256.Min(left + right, Vector256.Create(LargestSum));

    /// <summary>Both as one, where they are equal by <see cref="CompareTo"/>.</summary>
    internal ActivityFact With(in ActivityFact other) => this with { Count = Count + other.Count, AmountSum = Add(AmountSum, other.AmountSum) };

    /// <inheritdoc/>
    public int CompareTo(ActivityFact other)
    {
        int order = About.CompareTo(other.About);
        return order == 0 ? Stamped.CompareTo(other.Stamped) : order;
    }
}
