using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// Writes a demo's world to Kafka: its history as fast as the pipeline follows, then live transactions at a steady rate. Every label
/// is acknowledged before a transaction is written that could see it.
/// </summary>
sealed class DemoProducer(DemoWorld world, DemoOptions options, IngestOptions ingest, ScoringProgress progress)
{
    /// <summary>Records that may wait in the embedded broker, which keeps only the newest few MiB of a partition.</summary>
    const int MaxOutstanding = 8192;

    static readonly TimeSpan s_step = TimeSpan.FromHours(1);
    static readonly TimeSpan s_flush = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(2);

    readonly TimeProvider _clock = TimeProvider.System;
    readonly TaskCompletionSource _historyDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _transactions;
    long _step = long.MinValue;

    /// <summary>Transactions written so far, history included.</summary>
    internal long Transactions => Volatile.Read(ref _transactions);

    /// <summary>Completes when the history is written and stored.</summary>
    internal Task HistoryDone => _historyDone.Task;

    /// <summary>Runs until the world ends or it is cancelled; then everything written is acknowledged.</summary>
    /// <exception cref="KafkaUnreachableException">The broker did not take a record.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var producer = new TransactionProducer(ingest, _clock);
        using var events = world.Events.GetEnumerator();
        while (!cancellationToken.IsCancellationRequested && events.MoveNext() && events.Current.Stamp < world.LiveFrom) await WriteAsync(producer, events.Current);
        producer.Flush(s_flush);
        await UntilAsync(() => progress.Counts.Records >= Transactions, cancellationToken);
        _historyDone.TrySetResult();

        long started = _clock.GetTimestamp();
        for (long live = 0; !cancellationToken.IsCancellationRequested && events.MoveNext();)
        {
            if (events.Current.Transaction is not null)
            {
                long due = live++;
                await UntilAsync(() => _clock.GetElapsedTime(started).TotalSeconds * options.Rate >= due, cancellationToken);
            }
            await WriteAsync(producer, events.Current);
        }
        producer.Flush(s_flush);
    }

    async Task WriteAsync(TransactionProducer producer, HistoryEvent happened)
    {
        long step = happened.Stamp.Step(s_step);
        if (step > _step)
        {
            _step = step;
            producer.Flush(s_flush);
        }
        if (happened.Label is { } label) producer.Produce(label, happened.Stamp);
        if (happened.Transaction is not { } labelled) return;
        await UntilAsync(() => Transactions - progress.Counts.Records < MaxOutstanding, CancellationToken.None);
        producer.Produce(labelled.Transaction, happened.Stamp);
        Interlocked.Increment(ref _transactions);
    }

    static async ValueTask UntilAsync(Func<bool> reached, CancellationToken cancellationToken)
    {
        while (!reached() && !cancellationToken.IsCancellationRequested) await Task.Delay(s_wait, CancellationToken.None);
    }
}
