namespace Vigil.Ingest;

/// <summary>
/// Publishes scores as JSON, keyed by card token, so that a card's stay in order. Idempotent: the client's own retries neither repeat nor reorder records.
/// For one thread.
/// </summary>
/// <param name="options">The addresses and the topic.</param>
/// <param name="clock">Tells how long the client's queue has been full.</param>
public sealed class ScoreProducer(IngestOptions options, TimeProvider clock) : IDisposable
{
    readonly RecordProducer _producer = new(options, clock, KafkaSettings.FlushedProducer(options));

    /// <summary>Hands a score over; it is sent with others, at the latest by the next <see cref="Flush"/>.</summary>
    /// <param name="score">The score.</param>
    /// <param name="key">The transaction's own key, which is taken over where it is the card token, as it should be; null for none.</param>
    /// <exception cref="KafkaUnreachableException">An earlier score could not be delivered, or the queue stays full.</exception>
    public void Produce(in Score score, byte[]? key)
    {
        ScoreJson.Write(_producer.BeginJson(), score);
        var card = score.CardToken.Span;
        _producer.SendJson(options.ScoresTopic, key is not null && card.SequenceEqual(key) ? key : card.ToArray());
    }

    /// <summary>Waits until every score is acknowledged, as long as brokers are away.</summary>
    /// <exception cref="KafkaUnreachableException">The broker refuses one.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public void Flush(CancellationToken cancellationToken) => _producer.Flush(cancellationToken);

    /// <summary>Ends the producer without waiting; call <see cref="Flush"/> first.</summary>
    public void Dispose() => _producer.Dispose();
}
