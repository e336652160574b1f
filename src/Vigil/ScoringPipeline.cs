using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// The way of every transaction, and the page to read first: take what the consumer has read, score it card by card, store the alerts together with
/// the cursors in one statement, and only then tell Kafka. Scoring goes on while a batch is being stored; one is at a time.
/// </summary>
sealed class ScoringPipeline(
    TransactionConsumer consumer, ScoringPartitions partitions, Snapshots snapshots, ILogger<ScoringPipeline> logger) : BackgroundService
{
    /// <summary>How long a stop waits for Postgres. What is not stored by then stays in Kafka, above the cursor, for the next start.</summary>
    static readonly TimeSpan s_lastFlush = TimeSpan.FromSeconds(8);

    /// <summary>Between two slices of a snapshot, where nothing else is to be done.</summary>
    static readonly TimeSpan s_sliceApart = TimeSpan.FromMilliseconds(1);

    /// <summary>Between two looks whether a snapshot is due, where no event comes.</summary>
    static readonly TimeSpan s_lookApart = TimeSpan.FromSeconds(1);

    Task _look = Task.CompletedTask;
    Task<bool> _next = Task.FromResult(true);

    /// <summary>Whether it is scoring: started, and neither stopped nor failed.</summary>
    internal bool IsRunning => ExecuteTask is { IsCompleted: false };

    /// <summary>
    /// Runs until the consumer has left its group: on a stop the consumer closes, its partitions are revoked, and each revocation stores what is pending
    /// and takes a snapshot.
    /// </summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var giveUp = new CancellationTokenSource();
        Task leaving = Task.CompletedTask;
        using var stop = stoppingToken.Register(() =>
        {
            giveUp.CancelAfter(s_lastFlush);
            leaving = consumer.DisposeAsync().AsTask();
        });
        partitions.WarmUp();
        consumer.Start();
        while (await WakesAsync())
        {
            using var span = ScoringSpans.StartBatch();
            while (!partitions.IsFull && await NextAsync() is { } happened) await HandleAsync(happened, giveUp.Token);
            partitions.ScoreWaiting();
            await StoreNextAsync(giveUp.Token);
            snapshots.Advance(partitions.Owned);
        }
        await EndStoringAsync();
        await leaving;
        Log.Drained(logger);
    }

    /// <summary>Waits for the next event, or for the end of what is being stored; snapshots go on meanwhile.</summary>
    /// <returns>Whether there is, or may come, another event.</returns>
    async ValueTask<bool> WakesAsync()
    {
        var next = UntilNext();
        while (!next.IsCompleted && partitions.Storing is not { IsCompleted: true })
        {
            await Task.WhenAny(next, (Task?)partitions.Storing ?? next, snapshots.IsOn ? UntilSnapshotGoesOn() : next);
            snapshots.Advance(partitions.Owned);
        }
        return !next.IsCompleted || await next;
    }

    /// <summary>The next event; null where none is there, and none comes while a device's batch may wait for it.</summary>
    async ValueTask<ConsumerEvent?> NextAsync()
    {
        if (consumer.Events.TryRead(out var happened)) return happened;
        if (partitions.Patience is var left && left <= TimeSpan.Zero) return null;
        await Task.WhenAny(UntilNext(), Task.Delay(left));
        return consumer.Events.TryRead(out happened) ? happened : null;
    }

    /// <summary>Completed when there is an event, with false when there will be none; one wait, however often it is asked for.</summary>
    Task<bool> UntilNext()
    {
        if (_next.IsCompleted) _next = consumer.Events.WaitToReadAsync(CancellationToken.None).AsTask();
        return _next;
    }

    Task UntilSnapshotGoesOn()
    {
        if (snapshots.IsUnderWay) return Task.Delay(s_sliceApart);
        if (_look.IsCompleted) _look = Task.Delay(s_lookApart); // one timer, however often events come before it
        return _look;
    }

    async Task HandleAsync(ConsumerEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case PartitionAssigned assigned:
                await partitions.ClaimAsync(assigned, snapshots, cancellationToken);
                break;
            case PartitionRecords read:
                partitions.Process(read, cancellationToken);
                break;
            case PartitionRevoked revoked:
                await FlushAsync(cancellationToken);
                if (partitions.Owned.TryGetValue(revoked.Partition, out var leaving)) await snapshots.TakeLastAsync(leaving, revoked.RevokedAt);
                partitions.Drop(revoked.Partition);
                revoked.Drained.TrySetResult();
                break;
            case PartitionLost lost:
                partitions.Drop(lost.Partition);
                break;
            default:
                throw new InvalidOperationException($"The consumer sent a {happened.GetType().Name}, which the pipeline does not know.");
        }
    }

    /// <summary>
    /// Begins to store what is pending as soon as what is being stored has ended; waits for that end where much is pending. A snapshot that is due wants
    /// everything stored.
    /// </summary>
    async Task StoreNextAsync(CancellationToken cancellationToken)
    {
        if (snapshots.IsDue(partitions.Owned)) await FlushAsync(cancellationToken);
        if (partitions.Storing is { IsCompleted: false } && !partitions.IsFull) return;
        await EndStoringAsync();
        partitions.BeginStoring(cancellationToken);
    }

    /// <summary>Stores everything that is pending.</summary>
    async Task FlushAsync(CancellationToken cancellationToken)
    {
        await EndStoringAsync();
        partitions.BeginStoring(cancellationToken);
        await EndStoringAsync();
    }

    async Task EndStoringAsync()
    {
        foreach (var (partition, nextOffset) in await partitions.EndStoringAsync())
        {
            if (nextOffset is { } next) consumer.Commit(partition.Partition, next);
            else consumer.Renew(partition); // somebody who was slow to learn that it has gone from them has claimed it
        }
    }
}
