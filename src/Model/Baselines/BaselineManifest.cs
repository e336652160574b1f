namespace Vigil.Model.Baselines;

/// <summary>What lies beside a baseline's file.</summary>
public sealed record BaselineManifest : ModelManifest
{
    /// <summary>The only <see cref="Format"/> that this build reads: 1.</summary>
    public const int CurrentFormat = 1;

    /// <inheritdoc/>
    public override int Format { get; init; } = CurrentFormat;

    /// <summary>Which baseline it is, and its hyperparameters.</summary>
    public required BaselineConfig Baseline { get; init; }
}
