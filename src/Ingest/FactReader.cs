using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Ingest;

/// <summary>
/// Reads the topics of shared facts whole, every partition, without a group: labels and merchant activity are facts that every process needs.
/// <see cref="ReadToEnd"/> is the barrier at a new step: when it returns, every record that was in the topics when it was called has been handed over. For
/// one thread at a time.
/// </summary>
public sealed class FactReader : IDisposable
{
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    readonly IngestOptions _options;
    readonly ILogger _logger;
    readonly IConsumer<byte[], byte[]> _consumer;
    /// <summary>
    /// Asks for ends only, over a connection of its own: a broker answers a connection's requests in order, and the reader's waits in a long fetch.
    /// </summary>
    readonly IConsumer<Ignore, Ignore> _asker;
    readonly Dictionary<TopicPartition, long> _next = [];

    /// <summary>A reader that stands before the first fact.</summary>
    /// <param name="options">Addresses and topics.</param>
    /// <param name="logger">Receives the client's errors.</param>
    /// <exception cref="KafkaUnreachableException">No broker answers in time, or a topic does not exist.</exception>
    public FactReader(IngestOptions options, ILogger<FactReader> logger)
    {
        (_options, _logger) = (options, logger);
        using (var topics = new Topics(options))
        {
            foreach (string topic in (string[])[options.LabelsTopic, options.ActivityTopic])
                for (int partition = 0, count = topics.CountPartitions(topic); partition < count; partition++) _next[new(topic, partition)] = 0;
        }
        var config = KafkaSettings.Consumer(options, options.FactsGroup);
        config.EnablePartitionEof = true; // says that the end is reached where no record is last (a transaction's marker, a compacted one)
        config.AutoOffsetReset = AutoOffsetReset.Earliest; // facts that retention has removed are outside every window
        _consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, entry) => Log.Client(logger, entry.Facility, entry.Message))
            .SetErrorHandler((_, error) => Log.ClientError(logger, error.Code.ToString(), error.Reason))
            .Build();
        _asker = new ConsumerBuilder<Ignore, Ignore>(KafkaSettings.Consumer(options, options.FactsGroup))
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        Rewind();
    }

    /// <summary>Back to before the first fact that Kafka still has.</summary>
    public void Rewind()
    {
        foreach (var partition in _next.Keys) _next[partition] = 0;
        _consumer.Assign(_next.Keys.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
    }

    /// <summary>
    /// Hands over every record up to the topics' current ends, each partition's in order. Waits as long as brokers are away, and not where they refuse
    /// this user.
    /// </summary>
    /// <param name="take">Is told the topic and the record.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>How many records were handed over.</returns>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    /// <exception cref="KafkaUnreachableException">This user may not read a topic of facts, or no longer.</exception>
    public int ReadToEnd(Action<string, ConsumedRecord> take, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(take);
        var ends = _next.Keys.ToDictionary(partition => partition, partition => Patiently(() => End(partition), cancellationToken));
        int count = 0;
        while (ends.Any(end => _next[end.Key] < end.Value))
        {
            var result = Patiently(Consume, cancellationToken);
            _next[result.TopicPartition] = result.IsPartitionEOF ? result.Offset.Value : result.Offset.Value + 1;
            if (result.IsPartitionEOF) continue;
            take(result.Topic, ConsumerLoop.RecordOf(result));
            count++;
        }
        if (_options.Embedded && count > 0) Commit();
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _asker.Dispose();
        _consumer.Dispose();
    }

    /// <summary>The embedded broker deletes what is committed (<see cref="EmbeddedBroker.KeepTrimmed"/>); nobody reads these offsets back.</summary>
    void Commit()
    {
        try
        {
            _consumer.Commit(_next.Select(next => new TopicPartitionOffset(next.Key, next.Value)));
        }
        catch (KafkaException error)
        {
            throw new KafkaUnreachableException($"The embedded broker at {_options.BootstrapServers} takes no commit: {error.Error.Reason}", error);
        }
    }

    /// <summary>Asks until the brokers answer; a broker that has just come back may not know a topic for a moment.</summary>
    T Patiently<T>(Func<T> ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return ask();
            }
            catch (KafkaUnreachableException error) when (!IsRefused(error))
            {
                Log.FactsWait(_logger, error.Message);
                cancellationToken.WaitHandle.WaitOne(s_pause);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    static bool IsRefused(KafkaUnreachableException error) => error.InnerException is KafkaException
    {
        Error.Code: ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed,
    };

    long End(TopicPartition partition)
    {
        try
        {
            var marks = _asker.QueryWatermarkOffsets(partition, _options.ConnectTimeout);
            _next[partition] = Math.Max(_next[partition], marks.Low.Value);
            return marks.High.Value;
        }
        catch (KafkaException error)
        {
            throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} does not tell the end of {partition.Topic}: {error.Error.Reason}", error);
        }
    }

    ConsumeResult<byte[], byte[]> Consume()
    {
        try
        {
            return _consumer.Consume(_options.ConnectTimeout) ?? throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} sends nothing from {_options.LabelsTopic} or {_options.ActivityTopic} "
                + "although their ends are not reached.");
        }
        catch (ConsumeException error)
        {
            throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} does not send the records of {error.ConsumerRecord?.Topic}: {error.Error.Reason}", error);
        }
    }
}
