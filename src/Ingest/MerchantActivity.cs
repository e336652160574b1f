namespace Vigil.Ingest;

/// <summary>
/// What one partition of transactions saw of one merchant, at one terminal where it has one, in one step: a fact that every process needs, because a
/// merchant's cards are spread over all partitions. By schemas/merchant-activity.schema.json.
/// </summary>
/// <remarks>Its texts are slices of the record that it was decoded from: see <see cref="Utf8Text"/>.</remarks>
public readonly record struct MerchantActivity
{
    /// <summary>The most that a sum counts, in minor units: 2^56. What is above counts as this, so that no sum of sums overflows.</summary>
    public const long LargestAmountSum = 1L << 56;

    /// <summary>The partition of transactions that was counted.</summary>
    public required int Partition { get; init; }

    /// <summary>When the step began; its length is <c>FeatureOptions.StepLength</c>.</summary>
    public required Instant StepStart { get; init; }

    /// <summary>The merchant.</summary>
    public required Utf8Text MerchantId { get; init; }

    /// <summary>Its terminal; empty for the transactions that name none.</summary>
    public Utf8Text TerminalId { get; init; }

    /// <summary>Transactions, at least 1.</summary>
    public required long Count { get; init; }

    /// <summary>Sum of their amounts in minor units, from 0 to <see cref="LargestAmountSum"/>.</summary>
    public required long AmountSum { get; init; }
}
