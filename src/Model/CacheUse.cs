namespace Vigil.Model;

/// <summary>In what state scored transactions found their cards' caches: counts.</summary>
/// <param name="Hits">Nothing was missing: one step.</param>
/// <param name="Segments">A segment had ended, so its newest transactions were encoded again, as they are once a segment.</param>
/// <param name="Rebuilds">Something was missing: the card was evicted, or only observed before, by a silent replay or because a snapshot was put back.</param>
public readonly record struct CacheUse(long Hits, long Segments, long Rebuilds)
{
    /// <summary>One transaction's.</summary>
    /// <param name="isHit">Whether nothing was missing.</param>
    /// <param name="isNextSegment">Else, whether what was there is of the segment before.</param>
    internal static CacheUse Of(bool isHit, bool isNextSegment) => isHit ? new(1, 0, 0) : isNextSegment ? new(0, 1, 0) : new(0, 0, 1);

    /// <summary>Both together.</summary>
    public static CacheUse operator +(CacheUse left, CacheUse right) =>
        new(left.Hits + right.Hits, left.Segments + right.Segments, left.Rebuilds + right.Rebuilds);

    /// <summary>What came between two counts.</summary>
    public static CacheUse operator -(CacheUse later, CacheUse earlier) =>
        new(later.Hits - earlier.Hits, later.Segments - earlier.Segments, later.Rebuilds - earlier.Rebuilds);
}
