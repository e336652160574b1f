using System.Text.Json.Serialization;

namespace Vigil.Model.Baselines;

/// <summary>What lies beside a baseline's file.</summary>
public sealed record BaselineManifest : ModelManifest
{
    /// <summary>The only <see cref="Format"/> that this build reads: 2, which says how features are compared with a card's usual ones.</summary>
    public const int CurrentFormat = 2;

    /// <inheritdoc/>
    public override int Format { get; init; } = CurrentFormat;

    /// <summary>Which baseline it is, and its hyperparameters.</summary>
    public required BaselineConfig Baseline { get; init; }

    /// <summary>What the training rows' features were, for reasons to measure by; null where the encoder's is used, of a hybrid.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Normalisation? Normalisation { get; init; }
}
