using Vigil.Model;

namespace Vigil.Alerts;

/// <summary>A scored transaction that the policy raised, with all that is needed to compute its score again.</summary>
public sealed record Alert
{
    /// <summary>The partition of the transaction's record.</summary>
    public required StreamPartition Partition { get; init; }

    /// <summary>The record's offset in it; with <see cref="Partition"/> the natural key.</summary>
    public required long Offset { get; init; }

    /// <summary>The transaction.</summary>
    public required string TransactionId { get; init; }

    /// <summary>Stands for the card; never its number.</summary>
    public required string CardToken { get; init; }

    /// <summary>When the cardholder paid, to the microsecond.</summary>
    public required DateTimeOffset EventTime { get; init; }

    /// <summary>Not negative, in minor units of <see cref="Currency"/> (cents).</summary>
    public required long Amount { get; init; }

    /// <summary>ISO 4217 alphabetic code.</summary>
    public required string Currency { get; init; }

    /// <summary>The merchant.</summary>
    public required string MerchantId { get; init; }

    /// <summary>Calibrated probability of fraud, 0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>The same from 1 to 1000.</summary>
    public required int Score1000 { get; init; }

    /// <summary>What the score was held against, 0 to 1.</summary>
    public required double Threshold { get; init; }

    /// <summary>Why, weightiest first, as the model explained it; 3 to 5 of them.</summary>
    public required IReadOnlyList<Reason> Reasons { get; init; }

    /// <summary>Content hash of the checkpoint that scored.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>Version of the feature list.</summary>
    public required string FeatureVersion { get; init; }

    /// <summary>Version of the policy: <see cref="AlertPolicy.Version"/>.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>The record's timestamp in the log.</summary>
    public required DateTimeOffset AppendedAt { get; init; }

    /// <summary>When the score was computed.</summary>
    public required DateTimeOffset ScoredAt { get; init; }
}
