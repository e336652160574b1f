namespace Vigil.Alerts;

/// <summary>What scoring a run of one partition's records gave: written whole, or not at all.</summary>
public sealed record PartitionBatch
{
    /// <summary>The claim under which the records were scored.</summary>
    public required PartitionClaim Claim { get; init; }

    /// <summary>The stored cursor as the writer knows it: the claim's next offset, then the <see cref="NextOffset"/> of the batch before.</summary>
    public required long Cursor { get; init; }

    /// <summary>The offset after the last record of the batch; above <see cref="Cursor"/>, by more than the records where the log has gaps.</summary>
    public required long NextOffset { get; init; }

    /// <summary>How many transactions were scored.</summary>
    public required int Scored { get; init; }

    /// <summary>The alerts among them; most batches have none, and are flushed all the same.</summary>
    public IReadOnlyList<Alert> Alerts { get; init; } = [];

    /// <summary>The records that could not be read.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters { get; init; } = [];

    /// <exception cref="ArgumentException">The batch contradicts itself.</exception>
    internal void ThrowIfInconsistent()
    {
        if (NextOffset <= Cursor)
            throw new ArgumentException($"The batch of {Claim.Partition} goes from {Cursor} to {NextOffset}; a batch must move the cursor up.");
        if (Scored < Alerts.Count)
            throw new ArgumentException($"The batch of {Claim.Partition} has {Alerts.Count} alerts of {Scored} scored transactions.");
        foreach (var alert in Alerts) ThrowIfOutside(alert.Partition, alert.Offset);
        foreach (var letter in DeadLetters) ThrowIfOutside(letter.Partition, letter.Offset);
    }

    void ThrowIfOutside(StreamPartition partition, long offset)
    {
        if (partition != Claim.Partition || offset < Cursor || offset >= NextOffset)
            throw new ArgumentException($"{partition} offset {offset} is not in the batch of {Claim.Partition}, [{Cursor}, {NextOffset}).");
    }
}
