using TorchSharp;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>
/// Scores cards' transactions in batches on a device of the tensor library: <see cref="FraudEncoder"/> one transaction a card at a time, over a
/// <see cref="PagedCache"/>. What a card lacks there (it was evicted, or a segment has ended) is encoded again first, from its tokens alone. For the
/// architecture "r1". One thread at a time.
/// </summary>
/// <remarks>
/// A score is a function of the card's transactions and of the checkpoint, but not to the last bit: the tensor library adds in an order that may depend on how
/// many cards and transactions stand beside each other. <see cref="Decoder"/> makes that promise.
/// </remarks>
sealed class PagedEncoder : IDisposable
{
    /// <summary>Transactions, padding included, that are encoded again at once: it bounds the memory that takes.</summary>
    const int MostAgain = 1 << 12;

    readonly EncoderConfig _config;
    readonly FraudEncoder _encoder;
    readonly EncoderInputs _inputs;
    readonly PagedCache _cache;
    readonly PastTables? _tables;
    readonly float _logitBias;

    /// <summary>An encoder whose pages are empty.</summary>
    /// <param name="checkpoint">Its weights.</param>
    /// <param name="cacheBytes">For the cards' pages; at least one card's context is kept.</param>
    /// <param name="device">Such as cpu or cuda.</param>
    /// <param name="type">Of weights, pages and arithmetic: <see cref="ScalarType.Float32"/> or <see cref="ScalarType.BFloat16"/>.</param>
    /// <exception cref="ArgumentException">The checkpoint's architecture keeps no latents.</exception>
    internal PagedEncoder(Checkpoint checkpoint, long cacheBytes, Device device, ScalarType type = ScalarType.Float32)
    {
        _config = checkpoint.Manifest.Config;
        if (_config.Architecture != "r1")
            throw new ArgumentException($"scoring on a device: found the architecture '{_config.Architecture}', expected 'r1'", nameof(checkpoint));
        using var scope = NewDisposeScope();
        _encoder = new(_config);
        _encoder.SetWeights(checkpoint.Weights);
        _encoder.eval();
        _encoder.to(device, type);
        _inputs = new(_config, checkpoint.Manifest.Normalisation, device, type);
        _cache = new(_config, cacheBytes, device, type);
        _tables = _config.Sparse is { } sparse ? new(sparse, _cache.PagesPerCard, device, type) : null;
        foreach (var table in _tables?.All ?? []) table.DetachFromDisposeScope();
        foreach (var weight in _encoder.parameters()) weight.DetachFromDisposeScope();
        _logitBias = checkpoint.Weights["head.logit.bias"].Values[0];
    }

    /// <summary>Bytes of the pages that cards have.</summary>
    internal long CacheBytes => _cache.Used;

    /// <summary>
    /// Scores transactions, each after its card's earlier ones: in rounds of one transaction a card at most, and of no more cards than have room beside each
    /// other.
    /// </summary>
    /// <param name="steps">In order. All of a card's are of one segment, and its tokens hold them already.</param>
    /// <param name="maxBatch">The most cards in a round, 1 or more.</param>
    internal PagedScore[] Score(IReadOnlyList<PagedItem> steps, int maxBatch)
    {
        var scores = new PagedScore[steps.Count];
        for (List<int> left = [.. Enumerable.Range(0, steps.Count)]; left.Count > 0;)
        {
            using var scope = NewDisposeScope();
            using var without = inference_mode();
            var (round, spans) = Open(steps, ref left, maxBatch, scores);
            _cache.ClearTaken();
            EncodeAgain([.. spans.Where(span => span.Card.Written != span.From).Select(span => span with { From = 0, To = span.From })]);
            var logits = Step(spans, Fill(spans, 1));
            for (int i = 0; i < round.Count; i++) scores[round[i]] = scores[round[i]] with { Logit = logits[i].Logit, IsFallback = logits[i].IsFallback };
        }
        return scores;
    }

    /// <summary>The logits of variants of a card's context, all at once; the card's pages stay as they are.</summary>
    /// <param name="item">One of the card's transactions, whose context it is.</param>
    /// <param name="place">That transaction's place, which is no variant's but the newest's.</param>
    /// <param name="variants">Each from a place of the same page, or the one before, on.</param>
    internal float[] Logits(PagedItem item, int place, IReadOnlyList<ContextVariant> variants)
    {
        float[] logits = new float[variants.Count];
        for (int i = 0; i < variants.Count; i += PagedCache.MostForks)
        {
            using var scope = NewDisposeScope();
            using var without = inference_mode();
            _cache.Begin();
            var card = _cache.TryOpen(item.Card, item.Share, _config.ContextStart(item.Index), place + 1)!;
            _cache.ClearTaken();
            if (card.Written < place) EncodeAgain([new(card, 0, place)]);
            var some = variants.Skip(i).Take(PagedCache.MostForks).ToList();
            Run(some, _cache.Fork(card, [.. some.Select(variant => variant.From)], place), logits.AsSpan(i, some.Count));
        }
        return logits;
    }

    /// <summary>The logit of features alone; finite.</summary>
    internal float Judge(ReadOnlySpan<float> standardised)
    {
        using var scope = NewDisposeScope();
        using var without = inference_mode();
        var filling = _inputs.Begin(1, 1);
        filling[0].Set(0, new(standardised, [], 0));
        return Finite(Values(_encoder.Alone(filling.ToBatch(0)))[0]);
    }

    /// <summary>The card is forgotten, and its pages are free.</summary>
    internal void Release(CardTokens card) => _cache.Release(card);

    public void Dispose()
    {
        _encoder.Dispose();
        _cache.Dispose();
        foreach (var table in _tables?.All ?? []) table.Dispose();
    }

    /// <summary>Takes as many of what is left as make a round.</summary>
    (List<int> Round, List<PagedSpan> Spans) Open(IReadOnlyList<PagedItem> steps, ref List<int> left, int maxBatch, PagedScore[] scores)
    {
        var (round, later, spans, asked) = (new List<int>(), new List<int>(), new List<PagedSpan>(), new HashSet<CardTokens>());
        _cache.Begin();
        foreach (int i in left)
        {
            var (tokens, index, share) = steps[i];
            long start = _config.ContextStart(index);
            int place = (int)(index - start);
            bool isNextSegment = tokens.Pages is { Written: > 0 } before && before.Start != start;
            if (round.Count == maxBatch || !asked.Add(tokens) || _cache.TryOpen(tokens, share, start, place + 1) is not { } card)
            {
                later.Add(i);
                continue;
            }
            scores[i] = new() { Found = CacheUse.Of(card.Written == place, isNextSegment) };
            round.Add(i);
            spans.Add(new(card, place, place + 1));
        }
        left = later;
        return (round, spans);
    }

    /// <summary>Writes cards' places from the first on, cards of like length beside each other.</summary>
    void EncodeAgain(List<PagedSpan> spans)
    {
        spans.Sort((x, y) => y.To.CompareTo(x.To));
        for (int i = 0, count; i < spans.Count; i += count)
        {
            using var scope = NewDisposeScope();
            count = Math.Clamp(MostAgain / spans[i].To, 1, spans.Count - i);
            var batch = spans.GetRange(i, count);
            _encoder.Encode(Fill(batch, spans[i].To));
            foreach (var span in batch) span.Card.Written = span.To;
        }
    }

    /// <summary>Steps through variants side by side: the first round takes the first transaction of each, the next the second of those that have one.</summary>
    void Run(List<ContextVariant> variants, List<PagedCard> forks, Span<float> logits)
    {
        for (int round = 0; round <= variants.Max(variant => variant.Earlier.Count); round++)
        {
            int[] rows = [.. Enumerable.Range(0, variants.Count).Where(row => round <= variants[row].Earlier.Count)];
            List<PagedSpan> spans = [.. rows.Select(row => new PagedSpan(forks[row], variants[row].From + round, variants[row].From + round + 1))];
            var filling = _inputs.Begin(rows.Length, 1);
            for (int i = 0; i < rows.Length; i++)
            {
                var variant = variants[rows[i]];
                filling[i].Set(0, round == variant.Earlier.Count ? variant.Newest : forks[rows[i]].Tokens[variant.Earlier[round]]);
            }
            var scores = Step(spans, filling.ToBatch(0) with { Written = new(_cache, spans, 1, isVariant: true) });
            for (int i = 0; i < rows.Length; i++) logits[rows[i]] = scores[i].Logit; // the last round's stays
        }
    }

    (float Logit, bool IsFallback)[] Step(List<PagedSpan> spans, EncoderBatch batch)
    {
        float[] logits = Values(_encoder.forward(batch with { Step = new(_config, _cache, _tables, spans) })); // (B, 1)
        float[] alone = Array.TrueForAll(logits, float.IsFinite) ? [] : Values(_encoder.Alone(batch));
        foreach (var span in spans) span.Card.Written = span.To;
        return [.. logits.Select((logit, i) => float.IsFinite(logit) ? (logit, false) : (Finite(alone[i]), true))];
    }

    static float[] Values(Tensor x) => x.to(ScalarType.Float32).cpu().data<float>().ToArray();

    float Finite(float alone) => float.IsFinite(alone) ? alone : _logitBias;

    EncoderBatch Fill(List<PagedSpan> spans, int length)
    {
        var filling = _inputs.Begin(spans.Count, length);
        for (int i = 0; i < spans.Count; i++)
        {
            var (card, from, to) = spans[i];
            var row = filling[i];
            for (int place = from; place < to; place++) row.Set(place - from, card.Tokens[card.Start + place]);
        }
        return filling.ToBatch(length - 1) with { Written = new(_cache, spans, length) };
    }
}
