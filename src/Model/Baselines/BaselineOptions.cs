namespace Vigil.Model.Baselines;

/// <summary>How a baseline is trained.</summary>
public sealed class BaselineOptions
{
    /// <summary>Which baseline, and its hyperparameters.</summary>
    public required BaselineConfig Config { get; init; }

    /// <summary>Of the draws of rows and features. The default value is 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What goes into the manifest beside the caller's later notes: source, command, version.</summary>
    public IReadOnlyDictionary<string, string> Provenance { get; init; } = new Dictionary<string, string>();
}
