namespace Vigil.Alerts;

/// <summary>A dead letter as the table holds it.</summary>
/// <param name="Letter">The record that could not be read.</param>
/// <param name="CommittedAt">When the row was written, by the server's clock.</param>
/// <param name="Replay">The latest time that it was put back into its topic; null where it never was.</param>
public sealed record StoredDeadLetter(DeadLetter Letter, DateTimeOffset CommittedAt, DeadLetterReplay? Replay);

/// <summary>One time that a dead letter was put back into its topic.</summary>
/// <param name="Attempt">1, and one more for every replay that was asked for again.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="At">When it was begun, by the server's clock.</param>
/// <param name="Corrected">Whether a corrected record was sent instead of the original one.</param>
/// <param name="NewPartition">The new record's partition; null while it is being sent, and where its sending was cut off.</param>
/// <param name="NewOffset">The new record's offset; null likewise.</param>
public sealed record DeadLetterReplay(int Attempt, string By, DateTimeOffset At, bool Corrected, int? NewPartition, long? NewOffset);

/// <summary>A wish to put a dead letter back into its topic.</summary>
/// <param name="By">Who asks for it.</param>
/// <param name="Corrected">Whether a corrected record is sent instead of the original one.</param>
/// <param name="Again">Whether it may have been put back before.</param>
public sealed record DeadLetterReplayRequest(string By, bool Corrected, bool Again);

/// <summary>Which dead letters are meant; what is null does not restrict.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>The stream: the cluster's id and the topic's id.</summary>
    public string? StreamId { get; init; }

    /// <summary>The topic: that of transactions, of labels or of merchant activity.</summary>
    public string? Topic { get; init; }

    /// <summary>The stable code of what was wrong.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>The partition's number.</summary>
    public int? Partition { get; init; }

    /// <summary>The record's offset.</summary>
    public long? Offset { get; init; }

    /// <summary>Only rows written at or after this moment, by the server's clock.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether those that were replayed are left out. The default is false.</summary>
    public bool PendingOnly { get; init; }
}
