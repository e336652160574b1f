namespace Vigil.Ingest;

/// <summary>What <see cref="TransactionConsumer"/> tells the pipeline, in order, about one partition.</summary>
/// <param name="Partition">The partition of the transactions' topic.</param>
public abstract record ConsumerEvent(int Partition);

/// <summary>The partition is ours now. Records follow once the pipeline has said from which offset on.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Low">The first offset that the broker still has.</param>
/// <param name="High">The offset after the last.</param>
/// <param name="Start">
/// The pipeline sets the offset to start from; until then the partition rests and others go on. Cancelled where the partition has gone.
/// </param>
public sealed record PartitionAssigned(int Partition, long Low, long High, TaskCompletionSource<long> Start) : ConsumerEvent(Partition);

/// <summary>Records in the order of their offsets.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Records">At least one.</param>
public sealed record PartitionRecords(int Partition, IReadOnlyList<ConsumedRecord> Records) : ConsumerEvent(Partition)
{
    /// <summary>When the first of them was taken from the client, by <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</summary>
    public long ReadAt { get; init; }
}

/// <summary>The partition goes to another member. No records of it follow.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Drained">
/// The pipeline completes it when all earlier records are stored; the other member waits for that, at most <see cref="IngestOptions.DrainTimeout"/>.
/// </param>
/// <param name="RevokedAt">
/// When the group asked for it, as <see cref="System.Diagnostics.Stopwatch"/> counts; the same for all partitions that go at once.
/// </param>
public sealed record PartitionRevoked(int Partition, TaskCompletionSource Drained, long RevokedAt) : ConsumerEvent(Partition);

/// <summary>The partition was taken away (the group gave this member up): another one may be writing already, so what is pending must be dropped.</summary>
/// <param name="Partition">The partition.</param>
public sealed record PartitionLost(int Partition) : ConsumerEvent(Partition);
