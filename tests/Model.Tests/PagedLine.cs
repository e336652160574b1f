using Vigil.Features;
using static TorchSharp.torch;

namespace Vigil.Model.Tests;

/// <summary>A <see cref="PagedEncoder"/> on the CPU with a line before it.</summary>
sealed class PagedLine(Checkpoint checkpoint, long cacheBytes = 64 << 20, int maxBatch = 64, ScalarType type = ScalarType.Float32) : IDisposable
{
    readonly Dictionary<UInt128, CardTokens> _cards = [];
    readonly RowNormaliser _rows = new(checkpoint.Manifest.Normalisation);
    readonly List<PagedItem> _line = [];
    readonly PagedShare _share = new();

    public PagedEncoder Encoder { get; } = new(checkpoint, cacheBytes, CPU, type);

    /// <summary>Of everything scored, in order.</summary>
    public List<PagedScore> Scores { get; } = [];

    /// <summary>All of it.</summary>
    public CacheUse CacheUse => Scores.Aggregate(default(CacheUse), (sum, score) => sum + score.Found);

    public CardTokens Card(UInt128 card) => _cards[card];

    /// <summary>Puts a transaction at the line's end; one that begins its card's segment waits for none of the card's.</summary>
    public void Add(FeatureVector vector, bool isObserved = false)
    {
        var config = checkpoint.Manifest.Config;
        if (!_cards.TryGetValue(vector.Card, out var card)) card = _cards[vector.Card] = new(config.Context);
        if (card.Count % config.Segment == 0 && _line.Any(step => step.Card == card)) Score();
        float[] standardised = new float[vector.Numeric.Length];
        _rows.Read(vector.Numeric, standardised);
        card.Add(vector, standardised);
        if (!isObserved) _line.Add(new(card, card.Count - 1, _share));
    }

    /// <summary>Scores the line.</summary>
    public void Score()
    {
        Scores.AddRange(Encoder.Score(_line, maxBatch));
        _line.Clear();
    }

    /// <summary>Scores transactions in batches of random sizes.</summary>
    public List<float> Logits(IEnumerable<FeatureVector> vectors, int seed, int largest)
    {
        var random = new Random(seed);
        int room = 1 + random.Next(largest);
        foreach (var vector in vectors)
        {
            Add(vector);
            if (_line.Count < room) continue;
            Score();
            room = 1 + random.Next(largest);
        }
        Score();
        return [.. Scores.Select(score => score.Logit)];
    }

    public void Dispose() => Encoder.Dispose();
}
