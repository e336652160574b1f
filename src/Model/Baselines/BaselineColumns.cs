using Vigil.Features;

namespace Vigil.Model.Baselines;

/// <summary>
/// Which features a baseline reads, as one row of numbers: the numeric ones, bent, then the categories by their number, then an encoder's numbers.
/// </summary>
/// <param name="features">Whose <see cref="FeatureSet.Without"/> is left out.</param>
/// <param name="encoder">Whose encoded transaction and logit are read too; null where the features are all.</param>
sealed class BaselineColumns(FeatureSet features, EncoderConfig? encoder = null)
{
    readonly FeatureMask _mask = new(features);

    /// <summary>Numbers in a row.</summary>
    internal int Width => FeatureCount + (encoder is null ? 0 : encoder.Width + 1);

    /// <summary>How many of them, the first, are numeric features.</summary>
    internal int NumericCount => _mask.Numeric.Length;

    int FeatureCount => _mask.Numeric.Length + _mask.Categorical.Length;

    /// <summary>Of each categorical feature: how many categories it has.</summary>
    internal IEnumerable<int> Cardinalities => _mask.Categorical.Select(place => FeatureList.Categorical[place].Cardinality);

    /// <summary>Fills a row with a transaction's features.</summary>
    /// <param name="row">As wide as <see cref="Width"/>.</param>
    /// <param name="bent">Every numeric feature, bent.</param>
    /// <param name="categorical">Every categorical feature.</param>
    internal void Fill(Span<float> row, ReadOnlySpan<float> bent, ReadOnlySpan<int> categorical)
    {
        int at = 0;
        foreach (int place in _mask.Numeric) row[at++] = bent[place];
        foreach (int place in _mask.Categorical) row[at++] = categorical[place];
    }

    /// <summary>Fills a row's last part.</summary>
    internal void FillEncoded(Span<float> row, ReadOnlySpan<float> encoded, float logit)
    {
        encoded.CopyTo(row[FeatureCount..]);
        row[^1] = logit;
    }
}
