using Vigil.Alerts;
using Vigil.Api;
using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// Where scores go: every one to Kafka, and then the alerts with the cursors to Postgres. Kafka has acknowledged the scores before their cursor moves, so that
/// none is ever missing; a crash between the two repeats them, with the same values. Used by the pipeline's thread only.
/// </summary>
sealed class ScoringOutput : IDisposable
{
    readonly AlertSink _alerts;
    readonly ScoreBoard? _board; // null where the API is off
    readonly ScoreProducer? _scores; // null where no topic of scores is configured

    /// <exception cref="KafkaUnreachableException">No broker answers, or the topic of scores does not exist.</exception>
    public ScoringOutput(ScoringStages stages, AlertSink alerts, ScoreBoard? board = null)
    {
        (_alerts, _board) = (alerts, board);
        var kafka = stages.Options.Kafka;
        if (kafka.ScoresTopic.Length == 0) return;
        using (var topics = new Topics(kafka)) topics.CountPartitions(kafka.ScoresTopic);
        _scores = new(kafka, stages.Clock);
    }

    /// <summary>Takes a partition over, which fences its last owner.</summary>
    internal Task<PartitionClaim> ClaimAsync(StreamPartition partition, CancellationToken cancellationToken) =>
        _alerts.ClaimAsync(partition, cancellationToken: cancellationToken);

    /// <summary>
    /// Hands the score of a record over: who waits for it in this process has it at once, and Kafka with the others of the batch. A repeat's first record was published.
    /// </summary>
    /// <exception cref="KafkaUnreachableException">An earlier one could not be delivered.</exception>
    internal void Publish(in Score score, in ConsumedRecord record)
    {
        _board?.Post(score);
        if (score.Reason != ScoreReason.Repeated) _scores?.Produce(score, record.Key);
    }

    /// <summary>Waits until Kafka has the scores, as long as it is away.</summary>
    /// <exception cref="KafkaUnreachableException">Kafka refuses one.</exception>
    internal void FlushScores(CancellationToken cancellationToken) => _scores?.Flush(cancellationToken);

    /// <summary>Stores alerts and cursors, whose scores have been flushed; waits while Postgres is away.</summary>
    internal Task<IReadOnlyList<FlushOutcome>> StoreAsync(IReadOnlyList<PartitionBatch> batches, CancellationToken cancellationToken) =>
        _alerts.FlushAsync(batches, cancellationToken);

    public void Dispose() => _scores?.Dispose();
}
