using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Ingest;

/// <summary>
/// Reads the whole topic of labels, every partition, without a group: labels are facts that every process needs. <see cref="ReadToEnd"/> is the barrier at a
/// new step: when it returns, every label that was in the topic when it was called has been handed over. For one thread at a time.
/// </summary>
public sealed class LabelReader : IDisposable
{
    readonly IngestOptions _options;
    readonly RecordDecoder _decoder;
    readonly Action<ConsumedRecord, Rejection> _rejected;
    readonly IConsumer<byte[], byte[]> _consumer;
    /// <summary>
    /// Asks for ends only, over a connection of its own: a broker answers a connection's requests in order, and the reader's waits in a long fetch.
    /// </summary>
    readonly IConsumer<Ignore, Ignore> _asker;
    readonly long[] _next;

    /// <summary>A reader that stands before the first label.</summary>
    /// <param name="options">Addresses, topic and limits.</param>
    /// <param name="decoder">Decodes the labels.</param>
    /// <param name="logger">Receives the client's errors.</param>
    /// <param name="rejected">Receives records that are no label.</param>
    /// <exception cref="KafkaUnreachableException">No broker answers in time, or the topic does not exist.</exception>
    public LabelReader(IngestOptions options, RecordDecoder decoder, ILogger<LabelReader> logger, Action<ConsumedRecord, Rejection> rejected)
    {
        (_options, _decoder, _rejected) = (options, decoder, rejected);
        using (var topics = new Topics(options)) _next = new long[topics.CountPartitions(options.LabelsTopic)];
        var config = KafkaSettings.Consumer(options, options.LabelsGroup);
        config.EnablePartitionEof = true; // says that the end is reached where no record is last (a transaction's marker, a compacted one)
        config.AutoOffsetReset = AutoOffsetReset.Earliest; // labels that retention has removed are outside every window
        _consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, entry) => Log.Client(logger, entry.Facility, entry.Message))
            .SetErrorHandler((_, error) => Log.ClientError(logger, error.Code.ToString(), error.Reason))
            .Build();
        _asker = new ConsumerBuilder<Ignore, Ignore>(KafkaSettings.Consumer(options, options.LabelsGroup))
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _consumer.Assign(Enumerable.Range(0, _next.Length).Select(partition => new TopicPartitionOffset(options.LabelsTopic, partition, Offset.Beginning)));
    }

    /// <summary>Hands over every label up to the topic's current end, each partition's in order, with its record's stamp.</summary>
    /// <returns>How many labels were handed over.</returns>
    /// <exception cref="KafkaUnreachableException">Nothing comes for <see cref="IngestOptions.ConnectTimeout"/> although the end is not reached.</exception>
    public int ReadToEnd(Action<Label, Instant> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        long[] ends = [.. Enumerable.Range(0, _next.Length).Select(End)];
        int count = 0;
        while (Enumerable.Range(0, ends.Length).Any(partition => _next[partition] < ends[partition]))
        {
            var result = Consume();
            _next[result.Partition.Value] = result.IsPartitionEOF ? result.Offset.Value : result.Offset.Value + 1;
            if (result.IsPartitionEOF) continue;
            var record = ConsumerLoop.RecordOf(result);
            if (_decoder.TryDecode(record, out Label label, out var rejection))
            {
                add(label, record.Stamp);
                count++;
            }
            else _rejected(record, rejection);
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
            _consumer.Commit(_next.Select((next, partition) => new TopicPartitionOffset(_options.LabelsTopic, partition, next)));
        }
        catch (KafkaException error)
        {
            throw new KafkaUnreachableException($"The embedded broker at {_options.BootstrapServers} takes no commit: {error.Error.Reason}", error);
        }
    }

    long End(int partition)
    {
        try
        {
            var marks = _asker.QueryWatermarkOffsets(new TopicPartition(_options.LabelsTopic, partition), _options.ConnectTimeout);
            _next[partition] = Math.Max(_next[partition], marks.Low.Value);
            return marks.High.Value;
        }
        catch (KafkaException error)
        {
            throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} does not tell the end of {_options.LabelsTopic}: {error.Error.Reason}", error);
        }
    }

    ConsumeResult<byte[], byte[]> Consume()
    {
        try
        {
            return _consumer.Consume(_options.ConnectTimeout) ?? throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} sends no labels from {_options.LabelsTopic} although its end is not reached.");
        }
        catch (ConsumeException error)
        {
            throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} does not send the labels of {_options.LabelsTopic}: {error.Error.Reason}", error);
        }
    }
}
