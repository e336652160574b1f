using System.Buffers;
using Confluent.Kafka;

namespace Vigil.Ingest;

/// <summary>Writes transactions and labels to Kafka as JSON, keyed by card token, so that a card's records share a partition and keep their order. Used by one thread.</summary>
public sealed class TransactionProducer : IDisposable
{
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    readonly IngestOptions _options;
    readonly TimeProvider _clock;
    readonly IProducer<byte[], byte[]> _producer;
    readonly ArrayBufferWriter<byte> _value = new(512);
    Error? _failure;

    /// <summary>A producer of the configured brokers; it connects when it first writes.</summary>
    public TransactionProducer(IngestOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _producer = new ProducerBuilder<byte[], byte[]>(KafkaSettings.Apply(options, new ProducerConfig
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            Partitioner = Partitioner.Murmur2Random, // as Kafka's own Java client does
        })).Build();
    }

    /// <summary>Writes a transaction whose record is stamped with the given time.</summary>
    /// <exception cref="KafkaUnavailableException">An earlier record could not be written.</exception>
    public void Produce(in Transaction transaction, Instant stamp)
    {
        _value.ResetWrittenCount();
        TransactionJson.Write(_value, transaction);
        Produce(_options.TransactionsTopic, transaction.CardToken, stamp);
    }

    /// <summary>Writes a label whose record is stamped with the given time.</summary>
    /// <exception cref="KafkaUnavailableException">An earlier record could not be written.</exception>
    public void Produce(in Label label, Instant stamp)
    {
        _value.ResetWrittenCount();
        LabelJson.Write(_value, label);
        Produce(_options.LabelsTopic, label.CardToken, stamp);
    }

    /// <summary>Waits until everything written so far is acknowledged.</summary>
    /// <exception cref="KafkaUnavailableException">A record could not be written.</exception>
    public void Flush(CancellationToken cancellationToken = default)
    {
        _producer.Flush(cancellationToken);
        ThrowOnFailure();
    }

    void Produce(string topic, Utf8Text key, Instant stamp)
    {
        ThrowOnFailure();
        var message = new Message<byte[], byte[]>
        {
            Key = key.Span.ToArray(),
            Value = _value.WrittenSpan.ToArray(),
            Timestamp = new Timestamp(stamp.Microseconds / 1000, TimestampType.CreateTime),
            Headers = AppendedAtHeader.Of(Instant.From(_clock.GetUtcNow())),
        };
        while (!TryProduce(topic, message)) _producer.Poll(s_poll);
    }

    bool TryProduce(string topic, Message<byte[], byte[]> message)
    {
        try
        {
            _producer.Produce(topic, message, report => { if (report.Error.IsError) _failure ??= report.Error; });
            return true;
        }
        catch (ProduceException<byte[], byte[]> error) when (error.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }

    void ThrowOnFailure()
    {
        if (_failure is { } error) throw new KafkaUnavailableException($"Kafka at {_options.BootstrapServers} did not take a record: {error.Reason}.");
    }

    /// <summary>Closes the connections; what <see cref="Flush"/> has not waited for may be lost.</summary>
    public void Dispose() => _producer.Dispose();
}
