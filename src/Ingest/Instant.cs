namespace Vigil.Ingest;

/// <summary>A moment in UTC as whole microseconds since 1970-01-01T00:00:00Z; nothing in Vigil rounds it further.</summary>
/// <param name="Microseconds">Microseconds since the Unix epoch; negative before it.</param>
public readonly record struct Instant(long Microseconds) : IComparable<Instant>
{
    /// <summary>Microseconds in one second.</summary>
    public const long PerSecond = 1_000_000;

    /// <summary>The moment of a UTC date and time; ticks below a microsecond are cut.</summary>
    public static Instant From(DateTimeOffset time) => new((time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    /// <summary>The same moment as a <see cref="DateTimeOffset"/> in UTC.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.UnixEpoch.AddTicks(Microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>Which step of the given length the moment lies in: whole steps since the epoch, rounded down.</summary>
    public long Step(TimeSpan length)
    {
        var (steps, rest) = Math.DivRem(Microseconds, length.Ticks / TimeSpan.TicksPerMicrosecond);
        return rest < 0 ? steps - 1 : steps;
    }

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Microseconds.CompareTo(other.Microseconds);

    /// <summary>A moment that lies a span later; the span's ticks below a microsecond are cut.</summary>
    public static Instant operator +(Instant time, TimeSpan span) => new(time.Microseconds + (span.Ticks / TimeSpan.TicksPerMicrosecond));

    /// <summary>A moment that lies a span earlier.</summary>
    public static Instant operator -(Instant time, TimeSpan span) => new(time.Microseconds - (span.Ticks / TimeSpan.TicksPerMicrosecond));

    /// <summary>The span from the right moment to the left one.</summary>
    public static TimeSpan operator -(Instant left, Instant right) => TimeSpan.FromMicroseconds(left.Microseconds - right.Microseconds);

    /// <summary>Whether the left moment is earlier.</summary>
    public static bool operator <(Instant left, Instant right) => left.Microseconds < right.Microseconds;

    /// <summary>Whether the left moment is later.</summary>
    public static bool operator >(Instant left, Instant right) => left.Microseconds > right.Microseconds;

    /// <summary>Whether the left moment is not later.</summary>
    public static bool operator <=(Instant left, Instant right) => left.Microseconds <= right.Microseconds;

    /// <summary>Whether the left moment is not earlier.</summary>
    public static bool operator >=(Instant left, Instant right) => left.Microseconds >= right.Microseconds;

    /// <summary>ISO 8601 with six fractional digits, in UTC.</summary>
    public override string ToString() => ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
