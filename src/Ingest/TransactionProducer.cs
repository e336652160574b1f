namespace Vigil.Ingest;

/// <summary>
/// Writes transactions and labels to their topics as JSON, keyed by card token, so that a card stays in one partition. Idempotent: the client's own retries
/// neither repeat nor reorder records. For one thread.
/// </summary>
/// <param name="options">The addresses and topics.</param>
/// <param name="clock">Tells when records are handed over.</param>
public sealed class TransactionProducer(IngestOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>The header that bears the time at which the record was handed to the broker, in microseconds as decimal text.</summary>
    public const string AppendedAtHeader = "appended-at";

    readonly RecordProducer _producer = new(options, clock);

    /// <summary>How many records the broker has acknowledged.</summary>
    public long Acknowledged => _producer.Acknowledged;

    /// <summary>Hands a transaction over; it is sent in the background.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="stamp">The record's stamp: its event time in a replay or simulation (cut to milliseconds, as Kafka keeps it).</param>
    /// <exception cref="KafkaUnreachableException">An earlier record could not be delivered, or the queue stays full.</exception>
    public void Produce(in Transaction transaction, Instant stamp)
    {
        TransactionJson.Write(_producer.BeginJson(), transaction);
        _producer.SendJson(options.TransactionsTopic, transaction.CardToken.Span.ToArray(), stamp);
    }

    /// <summary>Hands a label over; it is sent in the background.</summary>
    /// <param name="label">The label.</param>
    /// <param name="stamp">The record's stamp: when the label arrives.</param>
    /// <exception cref="KafkaUnreachableException">An earlier record could not be delivered, or the queue stays full.</exception>
    public void Produce(in Label label, Instant stamp)
    {
        LabelJson.Write(_producer.BeginJson(), label);
        _producer.SendJson(options.LabelsTopic, label.CardToken.Span.ToArray(), stamp);
    }

    /// <summary>Hands bytes over as they are: for tests and for showing what bad input does.</summary>
    /// <exception cref="KafkaUnreachableException">An earlier record could not be delivered, or the queue stays full.</exception>
    public void ProduceRaw(string topic, byte[]? key, byte[]? value, Instant stamp) => _producer.Send(topic, key, value, stamp);

    /// <summary>Waits until every record is acknowledged.</summary>
    /// <exception cref="KafkaUnreachableException">One was not, within the timeout.</exception>
    public void Flush(TimeSpan timeout) => _producer.Flush(timeout);

    /// <summary>Ends the producer without waiting; call <see cref="Flush"/> first.</summary>
    public void Dispose() => _producer.Dispose();
}
