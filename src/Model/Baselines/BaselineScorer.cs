using Vigil.Features;

namespace Vigil.Model.Baselines;

/// <summary>Scores transactions with a baseline: one row in, one score out, nothing remembered.</summary>
sealed class BaselineScorer(IRowModel learnt, BaselineColumns columns) : IFraudScorer
{
    readonly float[] _row = new float[columns.Width];
    readonly float[] _bent = new float[FeatureList.Numeric.Count];

    public FraudScore Score(FeatureVector features)
    {
        ArgumentNullException.ThrowIfNull(features);
        Normalisation.BendRow(features.Numeric, _bent);
        columns.Fill(_row, _bent, features.Categorical);
        return learnt.Score(_row);
    }

    public void Observe(FeatureVector features)
    {
        // The features carry all of the history that a baseline knows.
    }
}
