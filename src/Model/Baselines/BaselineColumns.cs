using Vigil.Features;

namespace Vigil.Model.Baselines;

/// <summary>Which features a baseline reads, as one row of numbers: the numeric ones, bent, then the categories by their number.</summary>
sealed class BaselineColumns(FeatureSet features)
{
    readonly FeatureMask _mask = new(features);

    /// <summary>Numbers in a row.</summary>
    internal int Width => _mask.Numeric.Count + _mask.Categorical.Count;

    /// <summary>How many of them, the first, are numeric features.</summary>
    internal int NumericCount => _mask.Numeric.Count;

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
}
