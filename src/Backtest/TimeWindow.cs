using Vigil.Ingest;

namespace Vigil.Backtest;

/// <summary>A stretch of event time that holds its start and not its end.</summary>
public readonly record struct TimeWindow
{
    /// <summary>A window of some length.</summary>
    /// <exception cref="ArgumentException">It ends before or as it starts.</exception>
    public TimeWindow(Instant from, Instant to)
    {
        if (to <= from) throw new ArgumentException($"a window must end after it starts; found {from} to {to}", nameof(to));
        (From, To) = (from, to);
    }

    /// <summary>Its first moment.</summary>
    public Instant From { get; }

    /// <summary>The first moment after it.</summary>
    public Instant To { get; }

    /// <summary>Whether a moment lies in it.</summary>
    public bool Contains(Instant time) => time >= From && time < To;
}
