using Microsoft.ML;
using Vigil.Features;

namespace Vigil.Model.Baselines;

/// <summary>Scores transactions with a baseline: one row in, one probability out, nothing remembered.</summary>
sealed class BaselineScorer(ITransformer learnt, BaselineColumns columns) : IFraudScorer
{
    readonly PredictionEngine<BaselineRow, BaselineOutput> _engine =
        new MLContext().Model.CreatePredictionEngine<BaselineRow, BaselineOutput>(learnt, inputSchemaDefinition: columns.Schema());

    readonly BaselineRow _row = columns.NewRow();
    readonly float[] _bent = new float[FeatureList.Numeric.Count];

    public FraudScore Score(FeatureVector features)
    {
        ArgumentNullException.ThrowIfNull(features);
        for (int i = 0; i < _bent.Length; i++) _bent[i] = Normalisation.Bend(features.Numeric[i], FeatureList.Numeric[i].Scale);
        return Score(_bent, features.Categorical);
    }

    public void Observe(FeatureVector features)
    {
        // The features carry all of the history that a baseline knows.
    }

    internal FraudScore Score(ReadOnlySpan<float> bent, ReadOnlySpan<int> categorical)
    {
        columns.Fill(_row, bent, categorical);
        return FraudScore.FromProbability(_engine.Predict(_row).Probability);
    }
}
