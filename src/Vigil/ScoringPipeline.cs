using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// The way of every transaction, and the page to read first: take what the consumer has read, score it card by card, store the alerts together with
/// the cursors in one statement, and only then tell Kafka.
/// </summary>
sealed class ScoringPipeline(TransactionConsumer consumer, ScoringPartitions partitions, Snapshots snapshots, ILogger<ScoringPipeline> logger) : BackgroundService
{
    /// <summary>How long a stop waits for Postgres. What is not stored by then stays in Kafka, above the cursor, for the next start.</summary>
    static readonly TimeSpan s_lastFlush = TimeSpan.FromSeconds(8);

    /// <summary>Between two slices of a snapshot, where nothing else is to be done.</summary>
    static readonly TimeSpan s_sliceApart = TimeSpan.FromMilliseconds(1);

    /// <summary>Between two looks whether a snapshot is due, where no event comes.</summary>
    static readonly TimeSpan s_lookApart = TimeSpan.FromSeconds(1);

    Task _look = Task.CompletedTask;

    /// <summary>Whether it is scoring: started, and neither stopped nor failed.</summary>
    internal bool IsRunning => ExecuteTask is { IsCompleted: false };

    /// <summary>
    /// Runs until the consumer has left its group: on a stop the consumer closes, its partitions are revoked, and each revocation stores what is pending and takes a snapshot.
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
        while (await WaitToReadAsync())
        {
            using var span = ScoringSpans.StartBatch();
            while (!partitions.IsFull && consumer.Events.TryRead(out var happened)) await HandleAsync(happened, giveUp.Token);
            await FlushAsync(giveUp.Token);
            snapshots.Advance(partitions.Owned);
        }
        await leaving;
        Log.Drained(logger);
    }

    /// <summary>Waits for the next event; snapshots go on meanwhile.</summary>
    async ValueTask<bool> WaitToReadAsync()
    {
        var waiting = consumer.Events.WaitToReadAsync(CancellationToken.None);
        if (waiting.IsCompleted || !snapshots.IsOn) return await waiting;
        var next = waiting.AsTask();
        while (await Task.WhenAny(next, UntilSnapshotGoesOn()) != next) snapshots.Advance(partitions.Owned);
        return await next;
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

    async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var (partition, nextOffset) in await partitions.FlushAsync(cancellationToken)) consumer.Commit(partition, nextOffset);
    }
}
