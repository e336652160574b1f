using System.Text.Json.Serialization;

namespace Vigil.Model;

/// <summary>What lies beside an encoder's weights.</summary>
public sealed record CheckpointManifest : ModelManifest
{
    /// <summary>The only <see cref="Format"/> that this build reads: 2, with the architectures of <see cref="EncoderConfig.Architectures"/>.</summary>
    public const int CurrentFormat = 2;

    /// <inheritdoc/>
    public override int Format { get; init; } = CurrentFormat;

    /// <summary>The encoder's shape.</summary>
    public required EncoderConfig Config { get; init; }

    /// <summary>How raw features become what the encoder reads.</summary>
    public required Normalisation Normalisation { get; init; }

    /// <summary>From the encoder's logit to the odds that were seen on validation data; null: the score is the encoder's own, uncalibrated.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Calibration? Calibration { get; init; }

    /// <summary>The score of the encoder's logit, calibrated where the checkpoint is.</summary>
    internal FraudScore ScoreOf(float logit, bool isFallback) => FraudScore.FromLogit(Calibration?.Of(logit) ?? logit) with { IsFallback = isFallback };
}
