using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// Writes a demo's world to Kafka: its history as fast as the pipeline follows, then live transactions at a steady rate.
/// Used by one caller at a time.
/// </summary>
sealed class DemoProducer(DemoWorld world, IngestOptions kafka, ScoringProgress progress) : IDisposable
{
    /// <summary>Records that may wait in the embedded broker, which keeps only the newest few MiB of a partition.</summary>
    const int MaxOutstanding = 8192;

    static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(2);

    readonly HistoryProducer _producer = new(kafka);
    readonly IEnumerator<HistoryEvent> _events = world.Events.GetEnumerator();
    bool _pending;
    long _transactions;

    /// <summary>Transactions written so far, history included.</summary>
    internal long Transactions => Volatile.Read(ref _transactions);

    /// <summary>Whether the history is behind, and what is written now is scored.</summary>
    internal bool IsLive { get; private set; }

    /// <summary>Writes what lies before the first live transaction, and waits until the pipeline remembers it.</summary>
    /// <exception cref="KafkaUnreachableException">The broker did not take a record.</exception>
    internal async Task WriteHistoryAsync(CancellationToken cancellationToken)
    {
        while (MoveNext() && _events.Current.Stamp < world.LiveFrom) await WriteAsync(cancellationToken);
        _producer.Flush();
        await UntilAsync(() => progress.Counts.Records >= Transactions, cancellationToken);
    }

    /// <summary>Writes live transactions, so many a second, until the world ends or it is cancelled; then everything written is acknowledged.</summary>
    /// <exception cref="KafkaUnreachableException">The broker did not take a record.</exception>
    internal async Task WriteLiveAsync(int rate, CancellationToken cancellationToken)
    {
        IsLive = true;
        var clock = TimeProvider.System;
        long started = clock.GetTimestamp(), written = 0;
        try
        {
            while (MoveNext())
            {
                if (_events.Current.Transaction is not null)
                {
                    await UntilAsync(() => clock.GetElapsedTime(started).TotalSeconds * rate >= written, cancellationToken);
                    written++;
                }
                await WriteAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The demo's time is up.
        }
        _producer.Flush();
    }

    /// <summary>To the event that is written next; one that was looked at and left is still it.</summary>
    bool MoveNext() => _pending || (_pending = _events.MoveNext());

    async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        var happened = _events.Current;
        if (happened.Transaction is not null) await UntilAsync(() => Transactions - progress.Counts.Records < MaxOutstanding, cancellationToken);
        _producer.Write(happened);
        if (happened.Transaction is not null) Interlocked.Increment(ref _transactions);
        _pending = false;
    }

    static async ValueTask UntilAsync(Func<bool> reached, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (!reached()) await Task.Delay(s_wait, cancellationToken);
    }

    public void Dispose()
    {
        _producer.Dispose();
        _events.Dispose();
    }
}
