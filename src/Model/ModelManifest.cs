namespace Vigil.Model;

/// <summary>What lies beside every model: what it needs, and where it comes from.</summary>
public abstract record ModelManifest
{
    /// <summary>Of this file.</summary>
    public abstract int Format { get; init; }

    /// <summary>The features that the model was trained on, and the options they were computed under.</summary>
    public required FeatureSet Features { get; init; }

    /// <summary>SHA-256 in lower-case hexadecimal over the model's file and all in the manifest that changes a score: a model's identity.</summary>
    public required string Hash { get; init; }

    /// <summary>The training rows.</summary>
    public required DataWindow Data { get; init; }

    /// <summary>Of all that is random in the training.</summary>
    public required int Seed { get; init; }

    /// <summary>The caller's own notes; not part of the hash.</summary>
    public CheckpointNotes Notes { get; init; } = new();
}

/// <summary>What a caller says about a checkpoint. None of it changes a score.</summary>
public sealed record CheckpointNotes
{
    /// <summary>Suggested alert threshold, as a probability 0 to 1; null where nobody chose one.</summary>
    public double? Threshold { get; init; }

    /// <summary>Figures, by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Source, command, version, licence: whatever the caller wants to be found later.</summary>
    public IReadOnlyDictionary<string, string> Provenance { get; init; } = new Dictionary<string, string>();
}

/// <summary>Which transactions a checkpoint learnt from.</summary>
/// <param name="From">Event time of the first training row.</param>
/// <param name="To">Event time of the last training row.</param>
/// <param name="TrainRows">Rows with a loss.</param>
/// <param name="TrainFrauds">Frauds among them.</param>
/// <param name="ValidateRows">Rows that chose the epoch.</param>
public sealed record DataWindow(DateTimeOffset From, DateTimeOffset To, int TrainRows, int TrainFrauds, int ValidateRows);
