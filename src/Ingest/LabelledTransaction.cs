namespace Vigil.Ingest;

/// <summary>A transaction of a file or a simulated world, with what it turned out to be where that is known.</summary>
/// <param name="Transaction">The transaction.</param>
/// <param name="Value">Fraud or genuine; null where the source does not say.</param>
/// <param name="LabelTime">When the label arrives; null where the source does not say and the reader's label delay holds.</param>
/// <param name="Scenario">The simulator's fraud scenario, 0 for none: for reports, never for features.</param>
public readonly record struct LabelledTransaction(Transaction Transaction, LabelValue? Value, Instant? LabelTime = null, byte Scenario = 0)
{
    /// <summary>ISO 20022 FraudType1Code; empty where unknown or genuine.</summary>
    public Utf8Text FraudType { get; init; }

    /// <summary>Who gives the label; null where the source does not say, and then it counts as the issuer's.</summary>
    public LabelSource? Source { get; init; }
}
