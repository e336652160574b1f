using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Vigil.Ingest;

/// <summary>
/// This process's member of the consumer group: one thread that owns a Kafka consumer and tells the pipeline, in order, which partitions it has and what is in
/// them. While the pipeline lags behind, partitions are paused, and the thread stays in touch with the group. Where reading starts is the pipeline's word:
/// Kafka's own offsets are written for lag tools and never read.
/// </summary>
public sealed class TransactionConsumer : IAsyncDisposable
{
    readonly IngestOptions _options;
    readonly ILogger<TransactionConsumer> _logger;
    readonly Channel<ConsumerEvent> _events;
    readonly ConcurrentDictionary<int, long> _stored = [];
    readonly ConcurrentDictionary<int, long> _lag = [];
    readonly ConcurrentQueue<PartitionAssigned> _fenced = [];
    readonly CancellationTokenSource _stop = new();
    Thread? _thread;

    /// <summary>A consumer that does nothing until <see cref="Start"/>.</summary>
    /// <param name="options">Addresses, topic, group and limits.</param>
    /// <param name="logger">Receives what happens to partitions.</param>
    /// <param name="telemetry">Receives the lag; null for none.</param>
    public TransactionConsumer(IngestOptions options, ILogger<TransactionConsumer> logger, IngestTelemetry? telemetry = null)
    {
        (_options, _logger) = (options, logger);
        _events = Channel.CreateBounded<ConsumerEvent>(new BoundedChannelOptions(options.ChannelCapacity) { SingleWriter = true, SingleReader = true });
        telemetry?.ObserveLag(() => _lag);
    }

    /// <summary>What happens, in order. It completes after <see cref="DisposeAsync"/>, and with the exception of a fatal error.</summary>
    public ChannelReader<ConsumerEvent> Events => _events.Reader;

    /// <summary>By partition: how many records the broker has beyond those that are stored (<see cref="Commit"/>), or read where none was stored yet.</summary>
    public IReadOnlyDictionary<int, long> Lag => _lag;

    /// <summary>Joins the group and starts the thread.</summary>
    /// <exception cref="KafkaUnreachableException">No broker answers in time, or the topic does not exist.</exception>
    public void Start()
    {
        using (var topics = new Topics(_options)) topics.CountPartitions(_options.TransactionsTopic);
        _thread = new Thread(Run) { Name = "vigil consumer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Says that a partition's records before an offset are stored, so that lag tools see it. Any thread may call it.</summary>
    public void Commit(int partition, long nextOffset) => _stored[partition] = nextOffset;

    /// <summary>
    /// Has a partition assigned once more, because somebody else has claimed it: a member that was slow to learn that it has gone. Without effect where it has
    /// gone from this one. Any thread may call it.
    /// </summary>
    /// <param name="assigned">As it was assigned.</param>
    public void Renew(PartitionAssigned assigned) => _fenced.Enqueue(assigned);

    /// <summary>
    /// Leaves the group: every partition is revoked (and drained) first. The pipeline must go on reading <see cref="Events"/> until they complete.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_thread is { } thread) await Task.Run(thread.Join);
        _events.Writer.TryComplete();
    }

    void Run()
    {
        try
        {
            using var loop = new ConsumerLoop(_options, _logger, _events.Writer, (_stored, _lag, _fenced));
            loop.Run(_stop.Token);
            _events.Writer.TryComplete();
        }
        catch (Exception error) when (_events.Writer.TryComplete(error))
        {
            // Not swallowed: whoever reads the events gets it, which is the only way off this thread.
        }
    }
}
