using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// Scores one partition's transactions by a <see cref="DeviceModel"/>, each after its card's earlier ones, together with those of other cards and partitions.
/// A score is a function of the card's transactions and of the checkpoint, but for the last bits, which may depend on who stood beside it.
/// </summary>
public sealed class DeviceScorer : IFraudScorer
{
    readonly DeviceModel _device;
    readonly CardContexts _cards;
    (WaitingStep Step, bool IsFallback)? _last;

    internal DeviceScorer(DeviceModel device)
    {
        _device = device;
        _cards = new(device.Manifest.Normalisation, device.Manifest.Config.Context, device.Release);
    }

    /// <inheritdoc/>
    public CacheUse CacheUse { get; private set; }

    /// <inheritdoc/>
    public long CacheBytes => Share.Bytes;

    /// <inheritdoc/>
    public long TokenBytes => _cards.Bytes;

    /// <summary>What its cards have of the device's cache.</summary>
    internal PagedShare Share { get; } = new();

    /// <summary>Scores a transaction, and whoever is in the line before it, at once.</summary>
    public FraudScore Score(FeatureVector features)
    {
        FraudScore scored = default;
        Score(features, score => scored = score);
        _device.Flush();
        return scored;
    }

    /// <inheritdoc/>
    public void Score(FeatureVector features, Action<FraudScore> tell)
    {
        var card = Append(features);
        _device.Add(new(this, card, card.Count - 1, [.. features.Numeric], tell));
    }

    /// <inheritdoc/>
    public void Observe(FeatureVector features)
    {
        Append(features);
        _last = null;
    }

    /// <inheritdoc/>
    public FraudScore Judge(FeatureVector features) => _device.Manifest.ScoreOf(_device.Judge(_cards.Read(features)), isFallback: true);

    /// <inheritdoc/>
    public IReadOnlyList<Reason> Explain() => new ReasonFinder(_device.Manifest.Normalisation).Find(Ablate(), _last!.Value.Step.Raw);

    /// <summary>The context of the transaction whose score was told last, to take parts of it away.</summary>
    /// <exception cref="InvalidOperationException">None was since the last <see cref="Observe"/>.</exception>
    internal ContextAblation Ablate() => _last is { } last ? _device.Ablate(last.Step, last.IsFallback) : throw ReasonFinder.NothingScored();

    /// <inheritdoc/>
    public void BeginCopy(Action<SnapshotBlock> take, long idleBefore) => _cards.BeginCopy(take, idleBefore);

    /// <inheritdoc/>
    public bool CopyNext() => _cards.CopyNext();

    /// <inheritdoc/>
    public void EndCopy() => _cards.EndCopy();

    /// <inheritdoc/>
    public void Restore(StateReader block) => _cards.Restore(block);

    /// <summary>Tells a transaction its score; it is the one that is explained meanwhile.</summary>
    internal void Tell(WaitingStep step, PagedScore score)
    {
        CacheUse += score.Found;
        _last = (step, score.IsFallback);
        step.Tell(_device.Manifest.ScoreOf(score.Logit, score.IsFallback));
    }

    /// <summary>
    /// Remembers a transaction. One that begins its card's segment takes the place of what the segment before was encoded from, so who waits goes first.
    /// </summary>
    CardTokens Append(FeatureVector features)
    {
        var card = _cards.Open(features);
        if (card.Count % _device.Manifest.Config.Segment == 0) _device.FlushFor(card);
        _cards.Add(card, features);
        return card;
    }
}
