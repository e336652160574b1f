namespace Vigil.Ingest;

/// <summary>One record of a topic as it was read, not yet decoded.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset in the partition.</param>
/// <param name="Stamp">Its timestamp, the time that steps and the rule of the design go by (Kafka stores milliseconds).</param>
/// <param name="AppendedAt">When it reached the broker, for latency only: the header <c>appended-at</c> where the producer wrote one, else the stamp.</param>
/// <param name="Key">Its key; may be null.</param>
/// <param name="Value">Its value; null for a tombstone.</param>
public readonly record struct ConsumedRecord(int Partition, long Offset, Instant Stamp, Instant AppendedAt, byte[]? Key, byte[]? Value)
{
    /// <summary>The header that bears the span under which a record was produced (https://www.w3.org/TR/trace-context/).</summary>
    public const string TraceParentHeader = "traceparent";

    /// <summary>That header, not yet read; null where the producer wrote none.</summary>
    public byte[]? TraceParent { get; init; }
}
