namespace Vigil;

/// <summary>
/// Latencies counted in buckets whose width grows with the value (64 to a doubling), so that every percentile is right to 1.1 %
/// from 1 µs to an hour in a fixed 17 KiB, however many values it has seen. Not safe for several writers.
/// </summary>
/// <remarks>The log-linear layout is that of HdrHistogram: http://hdrhistogram.org/.</remarks>
public sealed class LatencyHistogram
{
    const int SubBucketBits = 6;
    const int SubBuckets = 1 << SubBucketBits;
    const int Doublings = 32;

    readonly long[] _counts = new long[(Doublings + 1) * SubBuckets];

    /// <summary>How many latencies it has seen.</summary>
    public long Count { get; private set; }

    /// <summary>Counts one latency; below 0 counts as 0, above 76 hours as 76 hours.</summary>
    public void Record(TimeSpan latency)
    {
        ulong microseconds = (ulong)Math.Clamp(latency.TotalMicroseconds, 0, (1L << (Doublings + SubBucketBits)) - 1);
        _counts[IndexOf(microseconds)]++;
        Count++;
    }

    /// <summary>The latency that a share of all stayed at or below, as the upper edge of its bucket; zero while there are none.</summary>
    /// <param name="share">0 to 1: 0.99 for p99.</param>
    public TimeSpan Percentile(double share)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (int index = 0; index < _counts.Length; index++)
        {
            seen += _counts[index];
            if (seen >= wanted) return TimeSpan.FromMicroseconds(UpperEdgeOf(index));
        }
        return TimeSpan.Zero;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    static int IndexOf(ulong value)
    {
        int shift = Math.Max(0, 63 - System.Numerics.BitOperations.LeadingZeroCount(value | 1) - SubBucketBits);
        return (shift << SubBucketBits) + (int)(value >> shift);
    }

    static double UpperEdgeOf(int index)
    {
        int shift = Math.Max(0, (index >> SubBucketBits) - 1);
        long first = index - ((long)shift << SubBucketBits);
        return ((first + 1) << shift) - 1;
    }
}
