using Vigil.Features;

namespace Vigil.Model.Baselines;

/// <summary>An encoder's scorer, whose encoded transactions and logits trees read beside the features. It remembers what the encoder's does.</summary>
sealed class HybridScorer(SequenceScorer encoder, IRowModel learnt, BaselineColumns columns) : IFraudScorer
{
    readonly float[] _row = new float[columns.Width];
    readonly float[] _bent = new float[FeatureList.Numeric.Count];

    public FraudScore Score(FeatureVector features)
    {
        FraudScore encoded = encoder.Score(features);
        Normalisation.BendRow(features.Numeric, _bent);
        columns.Fill(_row, _bent, features.Categorical);
        columns.FillEncoded(_row, encoder.Encoded, encoded.Logit);
        return learnt.Score(_row) with { IsFallback = encoded.IsFallback };
    }

    public void Observe(FeatureVector features) => encoder.Observe(features);
}
