namespace Vigil.Alerts;

/// <summary>A record that could not be read as what its topic is of: a transaction, a label, merchant activity.</summary>
public sealed record DeadLetter
{
    /// <summary>The most of <see cref="Raw"/> that is kept, in bytes (64 KiB).</summary>
    public const int MaxRawBytes = 65_536;

    /// <summary>The record's partition.</summary>
    public required StreamPartition Partition { get; init; }

    /// <summary>The record's offset in it.</summary>
    public required long Offset { get; init; }

    /// <summary>Stable code of what was wrong.</summary>
    public required string ReasonCode { get; init; }

    /// <summary>What was found and what was expected, without any card number.</summary>
    public required string Message { get; init; }

    /// <summary>The record's bytes with card numbers masked, cut at <see cref="MaxRawBytes"/>; empty for a tombstone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is longer.</exception>
    public required ReadOnlyMemory<byte> Raw
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, MaxRawBytes);
            field = value;
        }
    }
}
