using System.Text.Json.Serialization;

namespace Vigil.Simulator.Cards;

/// <summary>A span of time is drawn uniformly from a range, to the microsecond.</summary>
public readonly record struct TimeRange
{
    /// <summary>From one span to another, both included.</summary>
    /// <param name="from">At least 0.</param>
    /// <param name="to">At least <paramref name="from"/>; at most ten years.</param>
    /// <exception cref="ArgumentOutOfRangeException">An end is out of its range.</exception>
    [JsonConstructor]
    public TimeRange(TimeSpan from, TimeSpan to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, TimeSpan.FromDays(3_650));
        (From, To) = (from, to);
    }

    /// <summary>The shortest.</summary>
    public TimeSpan From { get; }

    /// <summary>The longest.</summary>
    public TimeSpan To { get; }

    /// <summary>A span in microseconds.</summary>
    internal long Draw(Xoshiro256 random)
    {
        long from = From.Ticks / TimeSpan.TicksPerMicrosecond;
        return from + random.Below((To.Ticks / TimeSpan.TicksPerMicrosecond) - from + 1);
    }
}
