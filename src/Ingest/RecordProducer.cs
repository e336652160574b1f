using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace Vigil.Ingest;

/// <summary>
/// Hands records over to Kafka, which sends them in the background. Idempotent: the client's own retries neither repeat nor reorder records. For one
/// thread.
/// </summary>
sealed class RecordProducer : IDisposable
{
    readonly IngestOptions _options;
    readonly TimeProvider _clock;
    readonly IProducer<byte[], byte[]> _producer;
    readonly ArrayBufferWriter<byte> _buffer = new();
    readonly Utf8JsonWriter _writer;
    volatile Error? _failure;
    bool _isPending;
    long _acknowledged;

    /// <param name="options">The addresses.</param>
    /// <param name="clock">Tells when records are handed over.</param>
    /// <param name="config">The client's settings; null for <see cref="KafkaSettings.Producer"/>.</param>
    internal RecordProducer(IngestOptions options, TimeProvider clock, ProducerConfig? config = null)
    {
        (_options, _clock) = (options, clock);
        _writer = new Utf8JsonWriter(_buffer, TransactionJson.WriterOptions);
        _producer = new ProducerBuilder<byte[], byte[]>(config ?? KafkaSettings.Producer(options))
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => _failure = error.IsFatal ? error : _failure)
            .Build();
    }

    /// <summary>How many records the broker has acknowledged.</summary>
    internal long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>The writer of the next record's value, begun anew.</summary>
    internal Utf8JsonWriter BeginJson()
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        return _writer;
    }

    /// <summary>Hands over what <see cref="BeginJson"/>'s writer was given.</summary>
    /// <exception cref="KafkaUnreachableException">An earlier record could not be delivered, or the queue stays full.</exception>
    internal void SendJson(string topic, byte[] key, Instant stamp) => Send(topic, key, TakeJson(), stamp);

    /// <summary>The same; what becomes of the record is told, and does not fail the producer.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="key">The record's key.</param>
    /// <param name="stamp">Its stamp.</param>
    /// <param name="delivered">Is told null when the broker has the record, else why not; on the client's thread.</param>
    internal void SendJson(string topic, byte[] key, Instant stamp, Action<string?> delivered) =>
        Send(topic, Stamped(key, TakeJson(), stamp), report => delivered(report.Error.IsError ? report.Error.Reason : null));

    /// <summary>The same without a stamp and a header of its own: the record bears the time at which the client took it.</summary>
    /// <exception cref="KafkaUnreachableException">An earlier record could not be delivered, or the queue stays full.</exception>
    internal void SendJson(string topic, byte[] key) => Send(topic, new() { Key = key, Value = TakeJson() }, OnDelivery);

    /// <summary>Hands a record over.</summary>
    /// <exception cref="KafkaUnreachableException">An earlier record could not be delivered, or the queue stays full.</exception>
    internal void Send(string topic, byte[]? key, byte[]? value, Instant stamp) => Send(topic, Stamped(key, value, stamp), OnDelivery);

    Message<byte[], byte[]> Stamped(byte[]? key, byte[]? value, Instant stamp)
    {
        string now = Instant.From(_clock.GetUtcNow()).Microseconds.ToString(CultureInfo.InvariantCulture);
        return new()
        {
            Key = key!,
            Value = value!,
            Timestamp = new Timestamp(stamp.Microseconds / 1000, TimestampType.CreateTime),
            Headers = new Headers { { TransactionProducer.AppendedAtHeader, Encoding.ASCII.GetBytes(now) } },
        };
    }

    void Send(string topic, Message<byte[], byte[]> message, Action<DeliveryReport<byte[], byte[]>> onDelivery)
    {
        ThrowIfFailed();
        long started = _clock.GetTimestamp();
        while (true)
        {
            try
            {
                _producer.Produce(topic, message, onDelivery);
                _isPending = true;
                return;
            }
            catch (ProduceException<byte[], byte[]> error) when (error.Error.Code == ErrorCode.Local_QueueFull)
            {
                if (_clock.GetElapsedTime(started) > _options.ConnectTimeout)
                    throw new KafkaUnreachableException(
                        $"Kafka at {_options.BootstrapServers} has taken no record for {_options.ConnectTimeout.TotalSeconds:0.#} s; "
                        + "the queue is full.", error);
                _producer.Poll(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    /// <summary>Waits until every record is acknowledged.</summary>
    /// <exception cref="KafkaUnreachableException">One was not, within the timeout.</exception>
    internal void Flush(TimeSpan timeout)
    {
        int left = _producer.Flush(timeout);
        if (left > 0)
            throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} has not acknowledged {left} records after {timeout.TotalSeconds:0.#} s.");
        ThrowIfFailed();
    }

    /// <summary>Waits until every record is acknowledged, however long that takes; where none has been handed over since, it does not ask the client.</summary>
    /// <exception cref="KafkaUnreachableException">The broker refuses one.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    internal void Flush(CancellationToken cancellationToken)
    {
        if (!_isPending) return;
        _producer.Flush(cancellationToken);
        ThrowIfFailed();
        _isPending = false;
    }

    /// <summary>Ends the producer without waiting; call <see cref="Flush(TimeSpan)"/> first.</summary>
    public void Dispose()
    {
        _producer.Dispose();
        _writer.Dispose();
    }

    byte[] TakeJson()
    {
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    void OnDelivery(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError) _failure = report.Error;
        else Interlocked.Increment(ref _acknowledged);
    }

    void ThrowIfFailed()
    {
        if (_failure is { } error) throw new KafkaUnreachableException($"Kafka at {_options.BootstrapServers} does not take records: {error.Reason}");
    }
}
