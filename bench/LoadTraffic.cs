using Vigil.Ingest;
using Vigil.Simulator;

namespace Vigil.Bench;

/// <summary>
/// The transactions of a handbook world, one after the other, to Kafka. They bear the world's times and are stamped with the moment at which they are
/// written, as a live stream would be; so all of a run lie in one step or two. Labels of the history come with it, stamped three steps before, so that all
/// are in effect.
/// </summary>
sealed class LoadTraffic : IDisposable
{
    static readonly TimeSpan s_labelDelay = TimeSpan.FromDays(7), s_labelsBefore = TimeSpan.FromHours(3), s_patience = TimeSpan.FromMinutes(2);

    readonly TimeProvider _clock = TimeProvider.System;
    readonly TransactionProducer _producer;
    readonly IEnumerator<HistoryEvent> _events;

    /// <param name="options">The size of the world.</param>
    /// <param name="kafka">The address and the topics.</param>
    internal LoadTraffic(LoadOptions options, IngestOptions kafka)
    {
        // Five milliseconds of waiting for a fuller batch would be half of what is to be measured.
        var eager = new IngestOptions
        {
            BootstrapServers = kafka.BootstrapServers,
            TransactionsTopic = kafka.TransactionsTopic,
            LabelsTopic = kafka.LabelsTopic,
            Client = { ["linger.ms"] = "0.5" },
        };
        _producer = new(eager, _clock);
        var world = new HandbookWorld(new() { Customers = options.Cards, Terminals = 2 * options.Cards, Days = options.Days });
        _events = History.Merge(world.Transactions(), s_labelDelay).GetEnumerator();
    }

    /// <summary>Transactions written so far.</summary>
    internal long Written { get; private set; }

    /// <summary>Writes so many transactions as fast as the broker takes them, and the labels that arrive before the last of them.</summary>
    internal void WriteHistory(int transactions)
    {
        for (long end = Written + transactions; Written < end;) WriteNext(withLabels: true);
        _producer.Flush(s_patience);
    }

    /// <summary>Writes so many transactions a second, without labels, until the time is over.</summary>
    internal void WritePaced(int rate, TimeSpan time, CancellationToken cancellationToken)
    {
        long started = _clock.GetTimestamp(), first = Written;
        while (_clock.GetElapsedTime(started) is var elapsed && elapsed < time && !cancellationToken.IsCancellationRequested)
        {
            for (long due = first + (long)(elapsed.TotalSeconds * rate); Written < due;) WriteNext(withLabels: false);
            Thread.Sleep(1);
        }
        _producer.Flush(s_patience);
    }

    void WriteNext(bool withLabels)
    {
        if (!_events.MoveNext()) throw new InvalidOperationException("The world has ended before the run.");
        var now = Instant.From(_clock.GetUtcNow());
        if (_events.Current.Transaction is { } labelled)
        {
            _producer.Produce(labelled.Transaction, now);
            Written++;
        }
        else if (withLabels) _producer.Produce(_events.Current.Label!.Value, now - s_labelsBefore);
    }

    public void Dispose()
    {
        _producer.Dispose();
        _events.Dispose();
    }
}
