using Confluent.Kafka;

namespace Vigil.Ingest;

/// <summary>
/// Watches a group's commits on the embedded broker and deletes what they cover. The broker runs in a process of its own, so commits are how it learns what is
/// stored.
/// </summary>
sealed class EmbeddedTrimmer : IDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly IngestOptions _options;
    readonly string _topic;
    readonly Action<string, int, long> _trim;
    readonly IConsumer<Ignore, Ignore> _consumer;
    readonly CancellationTokenSource _stop = new();
    readonly Task _loop;

    internal EmbeddedTrimmer(string bootstrapServers, (string Topic, string Group) watched, Action<string, int, long> trim)
    {
        (_topic, _trim) = (watched.Topic, trim);
        _options = new IngestOptions { BootstrapServers = bootstrapServers, Embedded = true };
        _consumer = new ConsumerBuilder<Ignore, Ignore>(KafkaSettings.Consumer(_options, watched.Group))
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _loop = Task.Run(RunAsync);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _loop.Wait();
        _consumer.Dispose();
        _stop.Dispose();
    }

    async Task RunAsync()
    {
        using var topics = new Topics(_options);
        var partitions = Enumerable.Range(0, topics.CountPartitions(_topic)).Select(partition => new TopicPartition(_topic, partition)).ToArray();
        using var timer = new PeriodicTimer(Interval);
        while (!_stop.IsCancellationRequested)
        {
            TrimCommitted(partitions);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    void TrimCommitted(TopicPartition[] partitions)
    {
        try
        {
            foreach (var place in _consumer.Committed(partitions, Patience))
                if (place.Offset.Value > 0) _trim(_topic, place.Partition.Value, place.Offset.Value);
        }
        catch (KafkaException error) when (!error.Error.IsFatal)
        {
            // The group has no coordinator yet. The next tick asks again, and until then only reading is slower.
        }
    }
}
