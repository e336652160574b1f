using Vigil.Features;
using Vigil.Model;

namespace Vigil.Bench;

/// <summary>A card with so many random transactions cached, of a model of random weights; the newest can be scored again and again.</summary>
sealed class StepBenchCard
{
    readonly Random _random = new(1);
    readonly FeatureVector _vector = new();
    readonly Decoder _decoder;
    readonly CardTokens _card;
    readonly CardCache _cache;
    readonly int _cached;

    internal StepBenchCard(EncoderConfig config, int cached)
    {
        _cached = cached;
        Checkpoint = RandomCheckpoint(config);
        (_decoder, _cache, _card) = (new(Checkpoint), new(config, config.Context), new(config.Context));
        for (int i = 0; i < cached; i++)
        {
            _card.Add(Next(), [.. _vector.Numeric.Select(value => (float)value)]);
            _decoder.Remember(_card[i], _cache, i);
        }
    }

    internal Checkpoint Checkpoint { get; }

    internal float Step() => _decoder.Score(_card[_cached - 1], _cache, _cached - 1).Logit;

    /// <summary>The same step through ONNX Runtime.</summary>
    /// <exception cref="InvalidOperationException">It gives another logit.</exception>
    internal OnnxStep Onnx()
    {
        var (config, weights) = (Checkpoint.Manifest.Config, Checkpoint.Weights);
        var newest = _card[_cached - 1];
        var (bins, rotary) = (new NumericBins(Checkpoint.Manifest.Normalisation), new TimeRotary(config));
        var (inputs, embedded, cos, sin) = (new float[bins.Inputs], new float[config.Width], new float[rotary.Count], new float[rotary.Count]);
        bins.Expand(newest.Numeric, inputs);
        for (int i = 0; i < newest.Categorical.Length; i++)
            Kernels.Add(weights[$"categorical.{i}.weight"].Values.AsSpan(newest.Categorical[i] * config.Width, config.Width), embedded);
        rotary.Fill(newest.Time, cos, sin);
        var onnx = new OnnxStep(Checkpoint, inputs, embedded, (cos, sin), [.. Enumerable.Range(0, config.Layers).Select(Keys)]);
        if (Math.Abs(onnx.Run() - Step()) < 1e-3) return onnx;
        throw new InvalidOperationException($"ONNX Runtime says {onnx.Run()}, our step {Step()}");

        float[] Keys(int layer)
        {
            var tiles = _cache.Tiles(layer);
            float[] keys = new float[(_cached - 1) * config.CachedPerPlace];
            for (int i = 0; i < keys.Length; i++)
            {
                var (place, number) = (i / config.CachedPerPlace, i % config.CachedPerPlace);
                keys[i] = tiles[(((place / Kernels.Lanes * config.CachedPerPlace) + number) * Kernels.Lanes) + (place % Kernels.Lanes)];
            }
            return keys;
        }
    }

    /// <summary>The next transaction, in the same vector.</summary>
    internal FeatureVector Next()
    {
        _vector.EventTimeMicroseconds += _random.Next(1, 1000) * 60_000_000L;
        for (int i = 0; i < _vector.Numeric.Length; i++) _vector.Numeric[i] = (_random.NextDouble() * 4) - 2;
        for (int i = 0; i < _vector.Categorical.Length; i++) _vector.Categorical[i] = _random.Next(FeatureList.Categorical[i].Cardinality);
        return _vector;
    }

    internal static Checkpoint RandomCheckpoint(EncoderConfig config)
    {
        int width = FeatureList.Numeric.Count;
        var normalisation = new Normalisation(
            new float[width],
            [.. Enumerable.Repeat(1f, width)],
            8,
            [.. Enumerable.Range(0, width).Select(_ => NumericBins.Edges([-2, -1, 0, 1, 2], config.Bins))]);
        return Checkpoint.Create(
            new()
            {
                Config = config,
                Features = FeatureSet.Of(new()),
                Normalisation = normalisation,
                Hash = "",
                Data = new(default, default, 0, 0, 0),
                Seed = 1,
            },
            FraudEncoder.InitialWeights(config, 1, -5));
    }
}
