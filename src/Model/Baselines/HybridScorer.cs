using Vigil.Features;

namespace Vigil.Model.Baselines;

/// <summary>An encoder's scorer, whose encoded transactions and logits trees read beside the features. It remembers what the encoder's does.</summary>
sealed class HybridScorer(SequenceScorer encoder, IRowModel learnt, BaselineColumns columns) : IFraudScorer
{
    readonly BaselineRow _row = new(learnt, columns);
    readonly float[] _notEncoded = new float[encoder.Encoded.Length];
    readonly double[] _raw = new double[FeatureList.Numeric.Count];

    public CacheUse CacheUse => encoder.CacheUse;

    public long CacheBytes => encoder.CacheBytes;

    public long TokenBytes => encoder.TokenBytes;

    public FraudScore Score(FeatureVector features)
    {
        FraudScore encoded = encoder.Score(features);
        features.Numeric.CopyTo(_raw, 0);
        return _row.Score(features.Numeric, features.Categorical, encoder.Encoded, encoded.Logit) with { IsFallback = encoded.IsFallback };
    }

    public void Observe(FeatureVector features) => encoder.Observe(features);

    /// <summary>What the trees say of the features and of the encoder's judgement by them, with an encoded transaction of 0.</summary>
    public FraudScore Judge(FeatureVector features) =>
        _row.Score(features.Numeric, features.Categorical, _notEncoded, encoder.Judge(features).Logit) with { IsFallback = true };

    public IReadOnlyList<Reason> Explain() => new ReasonFinder(encoder.Normalisation).Find(Ablate(), _raw);

    /// <summary>The context of the transaction just scored, to take parts of it away from the encoder and from the trees alike.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been scored since the last <see cref="Observe"/>.</exception>
    internal ContextAblation Ablate() =>
        encoder.Ablate((newest, logit) => _row.LogitOf(newest, encoder.Normalisation, _raw, encoder.Encoded, logit));

    public void BeginCopy(Action<SnapshotBlock> take, long idleBefore) => encoder.BeginCopy(take, idleBefore);

    public bool CopyNext() => encoder.CopyNext();

    public void EndCopy() => encoder.EndCopy();

    public void Restore(StateReader block) => encoder.Restore(block);
}
