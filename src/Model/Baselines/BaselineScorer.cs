using Vigil.Features;

namespace Vigil.Model.Baselines;

/// <summary>
/// Scores transactions with a baseline that knows each by its own features alone: one row in, one score out. The cards' newest transactions are kept for the
/// reasons' sake, which say what is usual for the card.
/// </summary>
sealed class BaselineScorer(IRowModel learnt, BaselineColumns columns, Normalisation normalisation) : IFraudScorer
{
    /// <summary>So many of a card's transactions say what is usual for it, the newest included.</summary>
    internal const int Context = 16;

    readonly BaselineRow _row = new(learnt, columns);
    readonly CardContexts _cards = new(normalisation, Context);
    readonly double[] _raw = new double[FeatureList.Numeric.Count];
    CardTokens? _last;

    public CacheUse CacheUse => default;

    public long CacheBytes => 0;

    public long TokenBytes => _cards.Bytes;

    public FraudScore Score(FeatureVector features)
    {
        _last = _cards.Append(features);
        features.Numeric.CopyTo(_raw, 0);
        return Judge(features);
    }

    public void Observe(FeatureVector features)
    {
        _cards.Append(features);
        _last = null;
    }

    /// <summary>The score itself: there is nothing else that it depends on.</summary>
    public FraudScore Judge(FeatureVector features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return _row.Score(features.Numeric, features.Categorical);
    }

    public IReadOnlyList<Reason> Explain() => new ReasonFinder(normalisation).Find(Ablate(), _raw);

    /// <summary>The transaction just scored, to make parts of it usual.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been scored since the last <see cref="Observe"/>.</exception>
    internal ContextAblation Ablate()
    {
        CardTokens card = _last ?? throw ReasonFinder.NothingScored();
        long start = Math.Max(0, card.Count - Context);
        return new(card, start, (int)(card.Count - 1 - start), droppable: 0, (newest, _) => _row.LogitOf(newest, normalisation, _raw));
    }

    public void BeginCopy(Action<SnapshotBlock> take, long idleBefore) => _cards.BeginCopy(take, idleBefore);

    public bool CopyNext() => _cards.CopyNext();

    public void EndCopy() => _cards.EndCopy();

    public void Restore(StateReader block) => _cards.Restore(block);
}
