namespace Vigil.Ingest;

/// <summary>What became of one transaction, as schemas/score.avsc and schemas/score.schema.json describe it.</summary>
/// <remarks>Its texts are slices of the record that it was decoded from: see <see cref="Utf8Text"/>.</remarks>
public readonly record struct Score
{
    /// <summary>The scored transaction.</summary>
    public required Utf8Text TransactionId { get; init; }

    /// <summary>Its card; never its number.</summary>
    public required Utf8Text CardToken { get; init; }

    /// <summary>Calibrated probability of fraud, 0 to 1; null where there is none.</summary>
    public double? Probability { get; init; }

    /// <summary>The same from 1 to 1000; null where there is none.</summary>
    public int? Score1000 { get; init; }

    /// <summary>What the alert policy made of it.</summary>
    public required Decision Decision { get; init; }

    /// <summary>Why it is not the encoder's score.</summary>
    public ScoreReason Reason { get; init; }

    /// <summary>Content hash of the checkpoint; empty where the transaction was not scored in time for an answer, as are the three below.</summary>
    public Utf8Text ModelVersion { get; init; }

    /// <summary>Where the transaction came from.</summary>
    public Utf8Text Topic { get; init; }

    /// <summary>Its partition.</summary>
    public int Partition { get; init; }

    /// <summary>Its offset.</summary>
    public long Offset { get; init; }
}

/// <summary>What the alert policy made of a transaction.</summary>
public enum Decision : byte
{
    /// <summary>Not scored.</summary>
    Unscored,
    /// <summary>Scored, and no alert.</summary>
    Pass,
    /// <summary>Scored, and an alert.</summary>
    Alert,
}

/// <summary>Why a transaction's score is not the encoder's.</summary>
public enum ScoreReason : byte
{
    /// <summary>It is the encoder's.</summary>
    None,
    /// <summary>The encoder gave no number, so that the transaction's features alone were judged.</summary>
    Fallback,
    /// <summary>The scorer lagged behind, and its overload policy judged the features alone, or left the transaction unscored.</summary>
    Overload,
    /// <summary>The transaction had come before, and its score is no longer known here. Only of an answer, never on the topic.</summary>
    Repeated,
    /// <summary>It was not scored in time for an answer; the topic will have the score. Only of an answer, never on the topic.</summary>
    Deadline,
}
