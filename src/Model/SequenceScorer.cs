using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// Scores one partition's transactions, each after its card's earlier ones. Used by one thread. A score is a function of the card's transactions and of
/// the checkpoint alone: other cards, evictions and restarts with a replay change no bit of it.
/// </summary>
/// <remarks>
/// The context of a card's i-th transaction is its own segment so far and the memory, the newest of the segment before, encoded as if nothing had come
/// earlier. So at a segment's end the new segment's memory is encoded again, from its tokens alone, and any cache can be rebuilt from the last two segments.
/// </remarks>
public sealed class SequenceScorer : IFraudScorer
{
    readonly EncoderConfig _config;
    readonly Normalisation _normalisation;
    readonly RowNormaliser _rows;
    readonly Calibration? _calibration;
    readonly Decoder _decoder;
    readonly CardCachePool _caches;
    readonly StateStore<CardTokens> _cards = new();
    readonly StateStoreSnapshot<CardTokens> _snapshot;
    readonly float[] _standardised = new float[FeatureList.Numeric.Count];
    readonly double[] _raw = new double[FeatureList.Numeric.Count];
    CardTokens? _last;
    long _hits, _segments, _rebuilds;

    /// <summary>A scorer that has seen nothing.</summary>
    public SequenceScorer(Checkpoint checkpoint, ModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        _config = checkpoint.Manifest.Config;
        _normalisation = checkpoint.Manifest.Normalisation;
        _rows = new(_normalisation);
        _calibration = checkpoint.Manifest.Calibration;
        _decoder = new(checkpoint);
        _caches = new(_config, (options ?? new()).CacheBytes);
        _snapshot = new(_cards, SnapshotSection.Tokens, CardTokens.Save, RestoreTokens);
    }

    /// <summary>Scores so far that came from the transaction's features alone, because the encoder gave no number: see <see cref="FraudScore.IsFallback"/>.</summary>
    public long Fallbacks { get; private set; }

    /// <summary>What the head read of the transaction last scored.</summary>
    internal ReadOnlySpan<float> Encoded => _decoder.Encoded;

    /// <summary>In what state the scores so far found their cards' caches.</summary>
    public CacheUse CacheUse => new(_hits, _segments, _rebuilds);

    /// <summary>Bytes of the cards' caches, at most <see cref="ModelOptions.CacheBytes"/>.</summary>
    public long CacheBytes => _caches.Used;

    /// <summary>Bytes of the tokens that caches are rebuilt from, without what the store and objects take themselves.</summary>
    public long TokenBytes { get; private set; }

    /// <summary>Scores a transaction and remembers it. Allocates for new cards, and where a card's cache doubles, only.</summary>
    public FraudScore Score(FeatureVector features)
    {
        var card = Append(features);
        long index = card.Count - 1, start = _config.ContextStart(index);
        int place = (int)(index - start);
        var cache = _caches.Of(card, place + 1);
        CatchUp(card, cache, start, place);
        var (logit, isFallback) = _decoder.Score(card[index], cache, place);
        cache.Written = place + 1;
        cache.IsSpoilt = isFallback;
        if (isFallback) Fallbacks++;
        _last = card;
        features.Numeric.CopyTo(_raw, 0);
        return ScoreOf(logit, isFallback);
    }

    /// <summary>
    /// Remembers a transaction as <see cref="Score"/> would, without a score: for silent replay. The card's next score does the work that this leaves.
    /// </summary>
    public void Observe(FeatureVector features)
    {
        Append(features);
        _last = null;
    }

    /// <summary>
    /// What the head says of a transaction by its features alone, for a small part of the time that <see cref="Score"/> takes. It changes no state: the transaction is
    /// to be scored or observed all the same.
    /// </summary>
    public FraudScore Judge(FeatureVector features)
    {
        ArgumentNullException.ThrowIfNull(features);
        _rows.Read(features.Numeric, _standardised);
        return ScoreOf(_decoder.Judge(_standardised), isFallback: true);
    }

    /// <summary>
    /// The three to five things that raised the score of the transaction just scored most, strongest first: groups of its features, categories, and the card's
    /// transactions just before it. It changes no state.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing has been scored since the last <see cref="Observe"/>.</exception>
    public IReadOnlyList<Reason> Explain() => new ReasonFinder(_normalisation).Find(Ablate(), _raw);

    /// <summary>The context of the transaction just scored, to take parts of it away.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been scored since the last <see cref="Observe"/>.</exception>
    internal ContextAblation Ablate() =>
        _last is { Cache: { } cache } card
            ? new(_decoder, card, cache)
            : throw new InvalidOperationException("no transaction has been scored since the last one that was only observed");

    /// <summary>Begins to copy the cards' contexts as they are now, while the stream goes on.</summary>
    /// <param name="take">Takes full blocks over; called by this, by <see cref="CopyNext"/> and by whatever is scored or observed.</param>
    public void BeginCopy(Action<SnapshotBlock> take) => _snapshot.BeginCopy(take);

    /// <summary>Copies at most one more card.</summary>
    /// <returns>False once the copy is whole.</returns>
    public bool CopyNext() => _snapshot.CopyNext();

    /// <summary>Gives the copy under way up.</summary>
    public void EndCopy() => _snapshot.EndCopy();

    /// <summary>Takes a block of a copy in; all of them, into a scorer that has seen nothing, make the contexts that were copied.</summary>
    /// <exception cref="InvalidDataException">The block does not hold what its section promises.</exception>
    public void Restore(StateReader block) => _snapshot.Restore(block);

    /// <summary>Encodes what the cache lacks of the places before this one.</summary>
    void CatchUp(CardTokens card, CardCache cache, long start, int place)
    {
        bool isNextSegment = cache.Start != start && cache.Written > 0;
        if (cache.Start != start) (cache.Start, cache.Written) = (start, 0);
        if (cache.Written == place) _hits++;
        else if (isNextSegment) _segments++;
        else _rebuilds++;
        for (; cache.Written < place; cache.Written++) _decoder.Remember(card[start + cache.Written], cache, cache.Written);
    }

    FraudScore ScoreOf(float logit, bool isFallback) => FraudScore.FromLogit(_calibration?.Of(logit) ?? logit) with { IsFallback = isFallback };

    CardTokens RestoreTokens(UInt128 _, StateReader reader)
    {
        var card = CardTokens.Restore(reader, _config.Context);
        TokenBytes += card.Bytes;
        return card;
    }

    CardTokens Append(FeatureVector features)
    {
        ArgumentNullException.ThrowIfNull(features);
        foreach (var forgotten in features.Forgotten)
        {
            if (!_cards.Remove(forgotten, out var tokens)) continue;
            _caches.Release(tokens!);
            TokenBytes -= tokens!.Bytes;
        }
        var card = _cards.Open(features.Card) ??= new(_config.Context);
        _rows.Read(features.Numeric, _standardised);
        long bytes = card.Bytes;
        card.Add(features, _standardised);
        TokenBytes += card.Bytes - bytes;
        return card;
    }
}
