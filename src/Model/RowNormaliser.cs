using Vigil.Features;

namespace Vigil.Model;

/// <summary>A <see cref="Normalisation"/> for one row after the other, its numbers laid out for that: the same bits.</summary>
sealed class RowNormaliser(Normalisation normalisation)
{
    readonly float[] _mean = [.. normalisation.Mean], _deviation = [.. normalisation.Deviation];
    readonly FeatureScale[] _scales = [.. FeatureList.Numeric.Select(feature => feature.Scale)];
    readonly float _clip = normalisation.Clip;

    /// <summary>Bent values as the encoder reads them; what is not a number counts as the mean.</summary>
    internal void ReadBent(ReadOnlySpan<float> bent, Span<float> standardised)
    {
        for (int i = 0; i < bent.Length; i++) standardised[i] = Normalisation.Standardise(bent[i], _mean[i], _deviation[i], _clip);
    }

    /// <summary>Raw values as the encoder reads them.</summary>
    internal void Read(double[] raw, float[] standardised)
    {
        for (int i = 0; i < raw.Length; i++)
            standardised[i] = Normalisation.Standardise(Normalisation.Bend(raw[i], _scales[i]), _mean[i], _deviation[i], _clip);
    }
}
