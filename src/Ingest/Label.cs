namespace Vigil.Ingest;

/// <summary>What a transaction turned out to be, and enough of that transaction to join by merchant without looking it up.</summary>
/// <remarks>Its texts are slices of the record that it was decoded from: see <see cref="Utf8Text"/>.</remarks>
public readonly record struct Label
{
    /// <summary>The labelled transaction.</summary>
    public required Utf8Text TransactionId { get; init; }

    /// <summary>Its card.</summary>
    public required Utf8Text CardToken { get; init; }

    /// <summary>Fraud or genuine.</summary>
    public required LabelValue Value { get; init; }

    /// <summary>ISO 20022 FraudType1Code; empty where unknown or genuine.</summary>
    public Utf8Text FraudType { get; init; }

    /// <summary>When the label was given.</summary>
    public required Instant LabelTime { get; init; }

    /// <summary>Who gave it.</summary>
    public required LabelSource Source { get; init; }

    /// <summary>When the labelled transaction took place.</summary>
    public required Instant EventTime { get; init; }

    /// <summary>The labelled transaction's merchant.</summary>
    public required Utf8Text MerchantId { get; init; }

    /// <summary>Its terminal; empty where unknown.</summary>
    public Utf8Text TerminalId { get; init; }

    /// <summary>Its amount in minor units, not negative.</summary>
    public required long Amount { get; init; }
}
