namespace Vigil.Ingest;

/// <summary>
/// Appends single transactions to their topic, where somebody waits for each: as JSON, keyed by card token, acknowledged by all in-sync replicas. Idempotent:
/// the client's own retries neither repeat nor reorder records. Thread-safe.
/// </summary>
/// <param name="options">The addresses and the topic.</param>
/// <param name="clock">Tells when records are handed over.</param>
public sealed class TransactionAppender(IngestOptions options, TimeProvider clock) : IDisposable
{
    readonly Lock _lock = new();
    RecordProducer? _producer;
    int _unacknowledged;

    /// <summary>Records that the broker has neither acknowledged nor refused.</summary>
    public int Unacknowledged => Volatile.Read(ref _unacknowledged);

    /// <summary>Hands a transaction over; it is sent at once.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="stamp">The record's stamp, where the topic does not set its own.</param>
    /// <param name="refused">Is told where the broker has not taken it, on a thread of the client; it may be in the log all the same.</param>
    /// <exception cref="KafkaUnreachableException">The client has failed; the next call begins with a new one.</exception>
    public void Append(in Transaction transaction, Instant stamp, Action<KafkaUnreachableException> refused)
    {
        lock (_lock)
        {
            _producer ??= new RecordProducer(options, clock, KafkaSettings.PromptProducer(options));
            try
            {
                TransactionJson.Write(_producer.BeginJson(), transaction);
                Interlocked.Increment(ref _unacknowledged);
                _producer.SendJson(options.TransactionsTopic, transaction.CardToken.Span.ToArray(), stamp, reason =>
                {
                    Interlocked.Decrement(ref _unacknowledged);
                    if (reason is not null) refused(new($"Kafka at {options.BootstrapServers} has not taken the transaction: {reason}"));
                });
            }
            catch (KafkaUnreachableException)
            {
                Replace();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock) Replace();
    }

    void Replace()
    {
        _producer?.Dispose();
        _producer = null;
        Volatile.Write(ref _unacknowledged, 0); // a client that has ended tells nothing more
    }
}
