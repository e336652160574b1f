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
    readonly CheckpointManifest _manifest;
    readonly Decoder _decoder;
    readonly CardCachePool _caches;
    readonly CardContexts _cards;
    readonly double[] _raw = new double[FeatureList.Numeric.Count];
    CardTokens? _last;

    /// <summary>A scorer that has seen nothing.</summary>
    public SequenceScorer(Checkpoint checkpoint, ModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        _manifest = checkpoint.Manifest;
        _config = _manifest.Config;
        _decoder = new(checkpoint);
        _caches = new(_config, (options ?? new()).CacheBytes);
        _cards = new(Normalisation, _config.Context, _caches.Release);
    }

    /// <summary>
    /// Scores so far that came from the transaction's features alone, because the encoder gave no number: see <see cref="FraudScore.IsFallback"/>.
    /// </summary>
    public long Fallbacks { get; private set; }

    /// <summary>How the encoder reads numbers.</summary>
    internal Normalisation Normalisation => _manifest.Normalisation;

    /// <summary>What the head read of the transaction last scored.</summary>
    internal ReadOnlySpan<float> Encoded => _decoder.Encoded;

    /// <inheritdoc/>
    public CacheUse CacheUse { get; private set; }

    /// <inheritdoc/>
    public long CacheBytes => _caches.Used;

    /// <summary>Bytes of the tokens that caches are rebuilt from, without what the store and objects take themselves.</summary>
    public long TokenBytes => _cards.Bytes;

    /// <inheritdoc/>
    public FraudScore Score(FeatureVector features)
    {
        var card = _cards.Append(features);
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
        return _manifest.ScoreOf(logit, isFallback);
    }

    /// <summary>
    /// Remembers a transaction as <see cref="Score"/> would, without a score: for silent replay. The card's next score does the work that this leaves.
    /// </summary>
    public void Observe(FeatureVector features)
    {
        _cards.Append(features);
        _last = null;
    }

    /// <summary>What the head says of a transaction by its features alone, for a small part of the time that <see cref="Score"/> takes.</summary>
    public FraudScore Judge(FeatureVector features) => _manifest.ScoreOf(_decoder.Judge(_cards.Read(features)), isFallback: true);

    /// <inheritdoc/>
    public IReadOnlyList<Reason> Explain() => new ReasonFinder(Normalisation).Find(Ablate(), _raw);

    /// <summary>The context of the transaction just scored, to take parts of it away.</summary>
    /// <param name="read">What the newest transaction and its calibrated logit become in the end; null, the default: the encoder's own logit.</param>
    /// <exception cref="InvalidOperationException">Nothing has been scored since the last <see cref="Observe"/>.</exception>
    internal ContextAblation Ablate(Func<Token, float, float>? read = null)
    {
        if (_last is not { Cache: { } cache } card) throw ReasonFinder.NothingScored();
        // Where the encoder gave no number the features alone were judged, and what it wrote would spoil the places beside it.
        int droppable = cache.IsSpoilt ? 0 : ContextAblation.MostEarlier;
        return new(card, cache.Start, cache.Written - 1, droppable, LogitOf, (token, place) => _decoder.Remember(token, cache, place));

        float LogitOf(Token newest, int place)
        {
            float logit = _decoder.Score(newest, cache, place).Logit;
            return read is null ? logit : read(newest, _manifest.ScoreOf(logit, isFallback: false).Logit);
        }
    }

    /// <inheritdoc/>
    public void BeginCopy(Action<SnapshotBlock> take, long idleBefore) => _cards.BeginCopy(take, idleBefore);

    /// <inheritdoc/>
    public bool CopyNext() => _cards.CopyNext();

    /// <inheritdoc/>
    public void EndCopy() => _cards.EndCopy();

    /// <inheritdoc/>
    public void Restore(StateReader block) => _cards.Restore(block);

    /// <summary>Encodes what the cache lacks of the places before this one.</summary>
    void CatchUp(CardTokens card, CardCache cache, long start, int place)
    {
        bool isNextSegment = cache.Start != start && cache.Written > 0;
        if (cache.Start != start) (cache.Start, cache.Written) = (start, 0);
        CacheUse += CacheUse.Of(cache.Written == place, isNextSegment);
        for (; cache.Written < place; cache.Written++) _decoder.Remember(card[start + cache.Written], cache, cache.Written);
    }
}
