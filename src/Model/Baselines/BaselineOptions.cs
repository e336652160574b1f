namespace Vigil.Model.Baselines;

/// <summary>How a baseline is trained.</summary>
public sealed record BaselineOptions
{
    /// <summary>Which baseline, and its hyperparameters.</summary>
    public required BaselineConfig Config { get; init; }

    /// <summary>
    /// What a hybrid reads beside the features. It must have learnt from other rows: on its own its logits are too good, and trees that learn to trust them are
    /// worse than without. Null for the other baselines, which is the default.
    /// </summary>
    public Checkpoint? Encoder { get; init; }

    /// <summary>Of the draws of rows and features. The default value is 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What goes into the manifest beside the caller's later notes: source, command, version.</summary>
    public IReadOnlyDictionary<string, string> Provenance { get; init; } = new Dictionary<string, string>();
}
