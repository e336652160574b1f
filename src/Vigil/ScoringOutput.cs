using System.Diagnostics;
using Vigil.Alerts;
using Vigil.Api;
using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// Where scores go: every one to Kafka, and then the alerts with the cursors to Postgres. Kafka has acknowledged the scores before their cursor moves, so that
/// none is ever missing; a crash between the two repeats them, with the same values. Used by the pipeline's thread, which goes on while a batch is on its way.
/// </summary>
sealed class ScoringOutput : IDisposable
{
    readonly AlertSink _alerts;
    readonly ScoreBoard? _board; // null where the API is off
    readonly ScoreProducer? _scores; // null where no topic of scores is configured
    readonly ScoringTelemetry _telemetry;
    List<(Score Score, byte[]? Key)> _pending = [], _publishing = [];

    /// <exception cref="KafkaUnreachableException">No broker answers, or the topic of scores does not exist.</exception>
    public ScoringOutput(ScoringStages stages, AlertSink alerts, ScoringTelemetry telemetry, ScoreBoard? board = null)
    {
        (_alerts, _telemetry, _board) = (alerts, telemetry, board);
        var kafka = stages.Options.Kafka;
        if (kafka.ScoresTopic.Length == 0) return;
        using (var topics = new Topics(kafka)) topics.CountPartitions(kafka.ScoresTopic);
        _scores = new(kafka, stages.Clock);
    }

    /// <summary>Takes a partition over, which fences its last owner.</summary>
    internal Task<PartitionClaim> ClaimAsync(StreamPartition partition, CancellationToken cancellationToken) =>
        _alerts.ClaimAsync(partition, cancellationToken: cancellationToken);

    /// <summary>
    /// Hands the score of a record over: who waits for it in this process has it at once, and Kafka with the others of the batch. A repeat's first
    /// record was published.
    /// </summary>
    internal void Post(in Score score, in ConsumedRecord record)
    {
        _board?.Post(score);
        if (_scores is not null && score.Reason != ScoreReason.Repeated) _pending.Add((score, record.Key));
    }

    /// <summary>
    /// Publishes the scores handed over so far and waits until Kafka has them, then stores alerts and cursors, on another thread; waits while Kafka or Postgres
    /// is away. One at a time; more scores may be handed over meanwhile.
    /// </summary>
    /// <exception cref="KafkaUnreachableException">Kafka refuses a score.</exception>
    internal Task<IReadOnlyList<FlushOutcome>> StoreAsync(IReadOnlyList<PartitionBatch> batches, CancellationToken cancellationToken)
    {
        (_pending, _publishing) = (_publishing, _pending);
        return Task.Run(
            () =>
            {
                Publish(cancellationToken);
                return FlushAsync(batches, cancellationToken);
            },
            CancellationToken.None);
    }

    void Publish(CancellationToken cancellationToken)
    {
        if (_scores is null) return;
        long started = Stopwatch.GetTimestamp();
        foreach (var (score, key) in _publishing) _scores.Produce(score, key);
        _publishing.Clear();
        _scores.Flush(cancellationToken);
        _telemetry.Took(ScoringStage.Publish, Stopwatch.GetElapsedTime(started));
    }

    async Task<IReadOnlyList<FlushOutcome>> FlushAsync(IReadOnlyList<PartitionBatch> batches, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        var outcomes = await _alerts.FlushAsync(batches, cancellationToken);
        _telemetry.Took(ScoringStage.Flush, Stopwatch.GetElapsedTime(started));
        return outcomes;
    }

    public void Dispose() => _scores?.Dispose();
}
