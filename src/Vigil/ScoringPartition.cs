using Vigil.Alerts;
using Vigil.Features;
using Vigil.Ingest;
using Vigil.Model;

namespace Vigil;

/// <summary>One owned partition: its cards' histories, and what scoring gave since the last flush. Used by the pipeline's thread only.</summary>
sealed class ScoringPartition(PartitionClaim claim, ScoringStages stages, SharedFacts facts)
{
    readonly PartitionFeatures _features = stages.NewFeatures(facts);
    readonly SequenceScorer _scorer = stages.NewScorer();
    long _cursor = claim.NextOffset;
    long _next;
    ScoredRun _run = new();

    /// <summary>What is to be stored; null while there is nothing, or replay has not passed the stored cursor.</summary>
    internal PartitionBatch? Pending => _next <= _cursor ? null : new()
    {
        Claim = claim,
        Cursor = _cursor,
        NextOffset = _next,
        Scored = _run.Appended.Count,
        Alerts = _run.Alerts,
        DeadLetters = _run.DeadLetters,
    };

    /// <summary>Decodes a record and scores it; one below the cursor, or stamped before scoring begins, is only remembered.</summary>
    internal void Process(ConsumedRecord record)
    {
        _next = record.Offset + 1;
        bool emits = record.Offset >= claim.NextOffset;
        if (!stages.Decoder.TryDecode(record, out Transaction transaction, out var rejection))
        {
            if (emits) _run.DeadLetters.Add(DeadLetterOf(record, rejection));
            return;
        }
        var features = _features.Next(transaction, record.Stamp);
        if (features is null)
        {
            _run.Repeated++;
            return;
        }
        if (!emits || record.Stamp < stages.ScoreFrom)
        {
            _scorer.Observe(features);
            _run.Observed++;
            return;
        }
        var score = _scorer.Score(features);
        _run.Appended.Add(record.AppendedAt);
        if (stages.Policy.IsAlert(score.Probability)) _run.Alerts.Add(AlertOf(record, transaction, score));
    }

    /// <summary>What was pending is in Postgres: hands it out for counting and begins anew.</summary>
    internal ScoredRun TakeStored()
    {
        var stored = _run;
        _cursor = _next;
        _run = new();
        return stored;
    }

    DeadLetter DeadLetterOf(ConsumedRecord record, Rejection rejection) => new()
    {
        Partition = claim.Partition,
        Offset = record.Offset,
        ReasonCode = rejection.Reason,
        Message = rejection.Message,
        Raw = DeadLetterBytes.MaskAndCut(record.Value),
    };

    Alert AlertOf(ConsumedRecord record, in Transaction transaction, FraudScore score) => new()
    {
        Partition = claim.Partition,
        Offset = record.Offset,
        TransactionId = transaction.TransactionId.ToString(),
        CardToken = transaction.CardToken.ToString(),
        EventTime = transaction.EventTime.ToDateTimeOffset(),
        Amount = transaction.Amount,
        Currency = transaction.Currency.ToString(),
        MerchantId = transaction.MerchantId.ToString(),
        Score = score.Probability,
        Score1000 = score.Score1000,
        Threshold = stages.Policy.Threshold,
        Reasons = _scorer.Explain(),
        ModelVersion = stages.Checkpoint.Manifest.Hash,
        FeatureVersion = stages.Checkpoint.Manifest.Features.Version,
        PolicyVersion = AlertPolicy.Version,
        AppendedAt = record.AppendedAt.ToDateTimeOffset(),
        ScoredAt = stages.Clock.GetUtcNow(),
    };
}

/// <summary>What one partition's records have given since the last flush.</summary>
sealed class ScoredRun
{
    /// <summary>Records that were remembered without a score.</summary>
    internal int Observed { get; set; }

    /// <summary>Records whose transaction had come before: neither scored nor remembered again.</summary>
    internal int Repeated { get; set; }

    /// <summary>When each scored transaction was appended to Kafka.</summary>
    internal List<Instant> Appended { get; } = [];

    internal List<Alert> Alerts { get; } = [];

    internal List<DeadLetter> DeadLetters { get; } = [];
}
