using System.Diagnostics;
using Vigil.Alerts;
using Vigil.Ingest;

namespace Vigil;

/// <summary>The partitions that this process owns, their state, and what they have pending. Used by the pipeline's thread only.</summary>
sealed class ScoringPartitions(ScoringStages stages, FactExchange facts, ScoringOutput output, ScoringProgress progress)
{
    /// <summary>How much earlier than the newest stamp of all a partition's next may be, once it has caught up with its log.</summary>
    static readonly TimeSpan s_apart = TimeSpan.FromDays(7);

    readonly Dictionary<int, ScoringPartition> _owned = [];
    readonly StageTimes _times = new();
    List<KeyValuePair<int, ScoringPartition>> _storing = [];
    int _pendingRecords; // Since a store was begun.

    /// <summary>By number.</summary>
    internal IReadOnlyDictionary<int, ScoringPartition> Owned => _owned;

    /// <summary>Whether so much is pending that it should be stored before more is read.</summary>
    internal bool IsFull => _pendingRecords >= stages.MaxFlushRecords;

    /// <summary>What is being stored, beside the pipeline; null where nothing is.</summary>
    internal Task<Stored>? Storing { get; private set; }

    /// <summary>How long what waits for its score may still wait for more to come; 0 or less where nothing waits.</summary>
    internal TimeSpan Patience => stages.Device?.Patience ?? TimeSpan.Zero;

    /// <summary>Has the code that every record goes through compiled before the first one comes.</summary>
    internal void WarmUp() => Vigil.WarmUp.Run(stages.NewState(new(stages.Features)));

    /// <summary>
    /// Takes a partition over, which fences its last owner; not one that has gone again meanwhile. Where to read from is said when its state is back: from a
    /// snapshot, or from the log's first record.
    /// </summary>
    /// <exception cref="UserError">Kafka has dropped records that were never scored.</exception>
    internal async Task ClaimAsync(PartitionAssigned assigned, Snapshots snapshots, CancellationToken cancellationToken)
    {
        if (assigned.Start.Task.IsCanceled) return;
        var partition = stages.PartitionOf(assigned.Partition);
        var claim = await output.ClaimAsync(partition, cancellationToken);
        if (claim.NextOffset > 0 && assigned.Low > claim.NextOffset)
            throw new UserError(
                $"{partition}: Kafka's first record is {assigned.Low}, and the next to score is {claim.NextOffset}. "
                + $"Retention has dropped {assigned.Low - claim.NextOffset} records that were never scored. "
                + "Restore them, or move partition_cursor.next_offset by hand and accept the loss.");
        var owned = _owned[assigned.Partition] = new ScoringPartition(claim, stages, facts, assigned)
        {
            Post = (score, record) => output.Post(score, record),
        };
        _ = StartAsync(assigned, owned.RestoreAsync(snapshots, assigned.Low));
    }

    /// <summary>Passes the offset on to the consumer, or what has failed, which then ends the consumer and so reaches the pipeline.</summary>
    static async Task StartAsync(PartitionAssigned assigned, Task<long> restored)
    {
        try
        {
            assigned.Start.TrySetResult(await restored);
        }
        catch (Exception error) when (assigned.Start.TrySetException(error))
        {
            // Not swallowed: the consumer throws it.
        }
    }

    /// <summary>Scores a run of records of one partition, each after the facts that it may see have been read.</summary>
    internal void Process(PartitionRecords read, CancellationToken cancellationToken)
    {
        if (!_owned.TryGetValue(read.Partition, out var partition)) return; // fenced, and not assigned anew yet
        using var span = ScoringSpans.StartScore(read, stages.Clock);
        progress.Telemetry.Took(ScoringStage.Consume, Stopwatch.GetElapsedTime(read.ReadAt));
        _times.Begin();
        foreach (var record in read.Records)
        {
            var stamp = partition.StampOf(record);
            if (facts.ReadUpTo(stamp, cancellationToken))
            {
                ForgetPast(stamp);
                _times.Lap(ScoringStage.Facts);
            }
            if (partition.Process(record, stamp, _times) is not { } score) continue;
            stages.Device?.Flush(); // what waits for its score came before
            output.Post(score, record);
            _times.Lap(ScoringStage.Score);
        }
        progress.Telemetry.Took(_times);
        _pendingRecords += read.Records.Count;
    }

    /// <summary>
    /// Begins to store what is pending, which goes on beside the pipeline: alerts and cursors once Kafka has the scores; it waits while Kafka or Postgres is
    /// away. <see cref="EndStoringAsync"/> comes before the next.
    /// </summary>
    internal void BeginStoring(CancellationToken cancellationToken)
    {
        _pendingRecords = 0;
        ScoreWaiting();
        var pending = _owned.Where(owned => owned.Value.HasPending).ToList();
        if (pending.Count == 0) return;
        facts.Flush(cancellationToken);
        _storing = pending;
        Storing = StoreAsync([.. pending.Select(owned => owned.Value.TakePending())], cancellationToken);
    }

    async Task<Stored> StoreAsync(IReadOnlyList<PartitionBatch> batches, CancellationToken cancellationToken) =>
        new(await output.StoreAsync(batches, cancellationToken), Instant.From(stages.Clock.GetUtcNow()));

    /// <summary>Waits for what is being stored. A partition that somebody else has claimed is dropped.</summary>
    /// <returns>The partitions that were still owned, and where their cursors have moved to; null for one that is dropped.</returns>
    internal async Task<IReadOnlyList<(PartitionAssigned Partition, long? NextOffset)>> EndStoringAsync()
    {
        if (Storing is not { } storing) return [];
        var (outcomes, committed) = await storing;
        Storing = null;
        var ended = new List<(PartitionAssigned, long?)>(_storing.Count);
        foreach (var ((number, partition), outcome) in _storing.Zip(outcomes))
        {
            bool isOwned = _owned.GetValueOrDefault(number) == partition; // it may have gone meanwhile, and even come back
            if (outcome == FlushOutcome.Fenced)
            {
                if (!isOwned) continue;
                Drop(number);
                ended.Add((partition.Assigned, null));
                continue;
            }
            var (run, nextOffset) = partition.TakeStored();
            progress.Stored(run, committed);
            if (!isOwned) continue;
            ended.Add((partition.Assigned, nextOffset));
            progress.Telemetry.Holds(number, partition.Size);
        }
        return ended;
    }

    /// <summary>Scores what waits for a device's batch to fill.</summary>
    internal void ScoreWaiting()
    {
        if (stages.Device is not { IsWaiting: true } device) return;
        long started = Stopwatch.GetTimestamp();
        device.Flush();
        progress.Telemetry.Took(ScoringStage.Score, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>
    /// Forgets the facts that no stamp may still see, this one included. For one that comes even earlier, from a partition that rested for long, they are read
    /// anew.
    /// </summary>
    void ForgetPast(Instant stamp)
    {
        if (_owned.Values.Any(partition => partition.MayBeginAnywhere)) return;
        Instant[] newest = [.. _owned.Values.Select(partition => partition.Newest ?? stamp), stamp];
        var rested = newest.Max() - s_apart;
        var next = _owned.Values.Zip(newest, (partition, own) => partition.IsBehind || own > rested ? own : rested);
        facts.Facts.Forget(next.Append(stamp).Min());
    }

    /// <summary>Forgets a partition and everything that it has pending.</summary>
    internal void Drop(int number)
    {
        if (!_owned.Remove(number, out var partition)) return;
        partition.Dispose();
        progress.Telemetry.Dropped(number);
    }

    /// <summary>What became of each partition's batch, and when.</summary>
    internal readonly record struct Stored(IReadOnlyList<FlushOutcome> Outcomes, Instant Committed);
}
