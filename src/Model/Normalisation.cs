using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// How raw numeric features become what the encoder reads: bent by the feature's own scale, standardised by the training rows' mean and standard
/// deviation, and held within ±<see cref="Clip"/>.
/// </summary>
/// <param name="Mean">Of the bent values, one per numeric feature.</param>
/// <param name="Deviation">Standard deviation of the bent values, more than 0; 1 where a feature never varied.</param>
/// <param name="Clip">In standard deviations, more than 0.</param>
public sealed record Normalisation(IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation, float Clip)
{
    /// <summary>A raw value on its feature's scale.</summary>
    internal static float Bend(double value, FeatureScale scale) =>
        (float)(scale == FeatureScale.Log ? Math.CopySign(Math.Log(1 + Math.Abs(value)), value) : value);

    /// <summary>The raw value that <see cref="Bend"/> made.</summary>
    internal static double Unbend(double bent, FeatureScale scale) =>
        scale == FeatureScale.Log ? Math.CopySign(Math.Exp(Math.Abs(bent)) - 1, bent) : bent;

    /// <summary>A bent value as the encoder reads it; what is not a number counts as the mean.</summary>
    internal static float Standardise(float bent, float mean, float deviation, float clip)
    {
        float standard = (bent - mean) / deviation;
        return float.IsNaN(standard) ? 0 : Math.Clamp(standard, -clip, clip);
    }
}
