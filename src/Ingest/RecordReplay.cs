using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Vigil.Ingest;

/// <summary>Reads a single record of a topic back by its place, and puts records back into the topic as new ones. For one thread.</summary>
public sealed class RecordReplay : IDisposable
{
    /// <summary>The header of a record that was put back: the topic, partition and offset of the one that it stands for, separated by slashes.</summary>
    public const string ReplayOfHeader = "replay-of";

    readonly IngestOptions _options;
    readonly TimeProvider _clock;
    readonly IConsumer<byte[], byte[]> _consumer;
    readonly IProducer<byte[], byte[]> _producer;

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="options">The addresses.</param>
    /// <param name="clock">Stamps the new records.</param>
    public RecordReplay(IngestOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        var config = KafkaSettings.Consumer(options, options.Group + "-replay");
        config.EnablePartitionEof = true; // an end without the record says that it is gone
        _consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _producer = new ProducerBuilder<byte[], byte[]>(KafkaSettings.Producer(options))
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    /// <summary>The record at a place.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="offset">Its offset there.</param>
    /// <returns>Null where retention or compaction has removed it, or it was never there.</returns>
    /// <exception cref="KafkaUnreachableException">No broker answers in time, or there is no such partition.</exception>
    public ReplayableRecord? Find(string topic, int partition, long offset)
    {
        var place = new TopicPartition(topic, partition);
        try
        {
            var marks = _consumer.QueryWatermarkOffsets(place, _options.ConnectTimeout);
            if (offset < marks.Low.Value || offset >= marks.High.Value) return null;
            _consumer.Assign(new TopicPartitionOffset(place, offset));
            var result = _consumer.Consume(_options.ConnectTimeout) ?? throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} does not send the record at {topic}[{partition}] offset {offset} "
                + $"within {_options.ConnectTimeout.TotalSeconds:0.#} s.");
            if (result.IsPartitionEOF || result.Offset.Value != offset) return null;
            return new(ConsumerLoop.RecordOf(result), result.Message.Timestamp.Type == TimestampType.LogAppendTime);
        }
        catch (KafkaException error)
        {
            throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} does not read {topic}[{partition}]: {error.Error.Reason}", error);
        }
    }

    /// <summary>Appends a record to its partition and waits until every broker that must has it.</summary>
    /// <param name="topic">The record's.</param>
    /// <param name="record">Its partition, key, value and stamp, and the offset of the record that it stands for.</param>
    /// <param name="cancellationToken">Ends the waiting; whether the record arrived is then not known.</param>
    /// <returns>The new record's offset.</returns>
    /// <exception cref="KafkaUnreachableException">The broker does not take it.</exception>
    public async Task<long> ProduceAsync(string topic, ConsumedRecord record, CancellationToken cancellationToken = default)
    {
        var place = new TopicPartition(topic, record.Partition);
        string now = Instant.From(_clock.GetUtcNow()).Microseconds.ToString(CultureInfo.InvariantCulture);
        var message = new Message<byte[], byte[]>
        {
            Key = record.Key!,
            Value = record.Value!,
            Timestamp = new Timestamp(record.Stamp.Microseconds / 1000, TimestampType.CreateTime),
            Headers = new Headers
            {
                { TransactionProducer.AppendedAtHeader, Encoding.ASCII.GetBytes(now) },
                { ReplayOfHeader, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{place.Topic}/{record.Partition}/{record.Offset}")) },
            },
        };
        try
        {
            return (await _producer.ProduceAsync(place, message, cancellationToken)).Offset.Value;
        }
        catch (ProduceException<byte[], byte[]> error)
        {
            throw new KafkaUnreachableException($"Kafka at {_options.BootstrapServers} does not take the record: {error.Error.Reason}", error);
        }
    }

    /// <summary>Closes both clients.</summary>
    public void Dispose()
    {
        _consumer.Dispose();
        _producer.Dispose();
    }
}

/// <summary>A record that was read back.</summary>
/// <param name="Record">The record.</param>
/// <param name="IsBrokerStamped">Whether its topic's stamps are the broker's (LogAppendTime) and not its producers'.</param>
public sealed record ReplayableRecord(ConsumedRecord Record, bool IsBrokerStamped);
