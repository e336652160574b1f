using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace Vigil.Ingest;

/// <summary>
/// Writes transactions and labels to their topics as JSON, keyed by card token, so that a card stays in one partition. Idempotent: the client's own retries
/// neither repeat nor reorder records. For one thread.
/// </summary>
public sealed class TransactionProducer : IDisposable
{
    /// <summary>The header that bears the time at which the record was handed to the broker, in microseconds as decimal text.</summary>
    public const string AppendedAtHeader = "appended-at";

    readonly IngestOptions _options;
    readonly TimeProvider _clock;
    readonly IProducer<byte[], byte[]> _producer;
    readonly ArrayBufferWriter<byte> _buffer = new();
    readonly Utf8JsonWriter _writer;
    volatile Error? _failure;
    long _acknowledged;

    /// <summary>A producer for the topics of the options.</summary>
    /// <param name="options">The addresses and topics.</param>
    /// <param name="clock">Tells when records are handed over.</param>
    public TransactionProducer(IngestOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _writer = new Utf8JsonWriter(_buffer, TransactionJson.WriterOptions);
        _producer = new ProducerBuilder<byte[], byte[]>(KafkaSettings.Producer(options))
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => _failure = error.IsFatal ? error : _failure)
            .Build();
    }

    /// <summary>How many records the broker has acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Hands a transaction over; it is sent in the background.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="stamp">The record's stamp: its event time in a replay or simulation (cut to milliseconds, as Kafka keeps it).</param>
    /// <exception cref="KafkaUnreachableException">An earlier record could not be delivered, or the queue stays full.</exception>
    public void Produce(in Transaction transaction, Instant stamp)
    {
        Restart();
        TransactionJson.Write(_writer, transaction);
        Send(_options.TransactionsTopic, transaction.CardToken, stamp);
    }

    /// <summary>Hands a label over; it is sent in the background.</summary>
    /// <param name="label">The label.</param>
    /// <param name="stamp">The record's stamp: when the label arrives.</param>
    /// <exception cref="KafkaUnreachableException">An earlier record could not be delivered, or the queue stays full.</exception>
    public void Produce(in Label label, Instant stamp)
    {
        Restart();
        LabelJson.Write(_writer, label);
        Send(_options.LabelsTopic, label.CardToken, stamp);
    }

    /// <summary>Hands bytes over as they are: for tests and for showing what bad input does.</summary>
    /// <exception cref="KafkaUnreachableException">An earlier record could not be delivered, or the queue stays full.</exception>
    public void ProduceRaw(string topic, byte[]? key, byte[]? value, Instant stamp) =>
        Send(topic, new Message<byte[], byte[]> { Key = key!, Value = value! }, stamp);

    /// <summary>Waits until every record is acknowledged.</summary>
    /// <exception cref="KafkaUnreachableException">One was not, within the timeout.</exception>
    public void Flush(TimeSpan timeout)
    {
        int left = _producer.Flush(timeout);
        if (left > 0)
            throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} has not acknowledged {left} records after {timeout.TotalSeconds:0.#} s.");
        ThrowIfFailed();
    }

    /// <summary>Ends the producer without waiting; call <see cref="Flush"/> first.</summary>
    public void Dispose()
    {
        _producer.Dispose();
        _writer.Dispose();
    }

    void Restart()
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
    }

    void Send(string topic, Utf8Text key, Instant stamp)
    {
        _writer.Flush();
        Send(topic, new Message<byte[], byte[]> { Key = key.Span.ToArray(), Value = _buffer.WrittenSpan.ToArray() }, stamp);
    }

    void Send(string topic, Message<byte[], byte[]> message, Instant stamp)
    {
        ThrowIfFailed();
        string now = Instant.From(_clock.GetUtcNow()).Microseconds.ToString(CultureInfo.InvariantCulture);
        message.Timestamp = new Timestamp(stamp.Microseconds / 1000, TimestampType.CreateTime);
        message.Headers = new Headers { { AppendedAtHeader, Encoding.ASCII.GetBytes(now) } };
        long started = _clock.GetTimestamp();
        while (true)
        {
            try
            {
                _producer.Produce(topic, message, OnDelivery);
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
