using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Model.Tests;

/// <summary>Random transactions of a few cards, in time order: bursts of 0.1 s and pauses of weeks, features of every size.</summary>
sealed class World(int seed, int cards)
{
    readonly Random _random = new(seed);
    long _now = 1_530_000_000L * Instant.PerSecond;

    public static EncoderConfig Config { get; } =
        EncoderConfig.Preset("r1-tiny") with { Name = "test", Segment = 8, Memory = 8, Hidden = 48, HeadHidden = 16, Bins = 5 };

    /// <summary>
    /// Every kind of encoder, small. The sparse one has up to six blocks before its window, of which it selects two; the base one's memory is shorter than its
    /// segment.
    /// </summary>
    public static IReadOnlyDictionary<string, EncoderConfig> Configs { get; } = new Dictionary<string, EncoderConfig>
    {
        ["base"] = Config with { Architecture = "base", Segment = 16, Latent = 0, Rotary = 0 },
        ["lstm"] = Config with { Architecture = "lstm", Latent = 0, Rotary = 0 },
        ["r1"] = Config,
        ["sparse"] = Config with { Segment = 64, Memory = 64, Sparse = new(16, 1, 2) },
    };

    /// <summary>The next transaction, in a vector of its own.</summary>
    public FeatureVector Next(int? card = null)
    {
        _now += (long)Math.Exp(_random.NextDouble() * Math.Log(20.0 * 86_400 * Instant.PerSecond));
        var vector = new FeatureVector { Card = (UInt128)(card ?? _random.Next(cards)), EventTimeMicroseconds = _now };
        for (int i = 0; i < vector.Numeric.Length; i++) vector.Numeric[i] = Math.Exp((_random.NextDouble() * 12) - 3) * (_random.Next(8) == 0 ? -1 : 1);
        for (int i = 0; i < vector.Categorical.Length; i++) vector.Categorical[i] = _random.Next(FeatureList.Categorical[i].Cardinality);
        return vector;
    }

    public List<FeatureVector> Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    /// <summary>Holds a scorer to allocating nothing for cards that it knows; there are five.</summary>
    public static void AssertAllocatesNothing(IFraudScorer scorer)
    {
        var vectors = new World(14, 5).Take(400);
        foreach (var vector in vectors) scorer.Score(vector);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var vector in vectors) scorer.Score(vector);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>A checkpoint of random weights, large enough that every part moves the logit.</summary>
    public static Checkpoint Checkpoint(EncoderConfig? config = null)
    {
        config ??= Config;
        var random = new Random(7);
        var weights = FraudEncoder.InitialWeights(config, 7, -1);
        foreach (var (name, weight) in weights)
        {
            float spread = name.StartsWith("head", StringComparison.Ordinal) ? 0.5f : 0.2f;
            for (int i = 0; i < weight.Values.Length; i++) weight.Values[i] += (float)(random.NextDouble() - 0.5) * spread;
        }
        int[] features = [.. Enumerable.Range(0, FeatureList.Numeric.Count)];
        return Model.Checkpoint.Create(
            new()
            {
                Config = config,
                Features = FeatureSet.Of(new()),
                Normalisation = new(
                    [.. features.Select(i => 1 + (i * 0.01f))],
                    [.. features.Select(i => 2 + (i * 0.02f))],
                    8,
                    [.. features.Select(i => NumericBins.Edges([.. Enumerable.Range(0, i % 7).Select(edge => edge - 2.5f), 3], config.Bins))]),
                Hash = "",
                Data = new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 0, 0, 0),
                Seed = 7,
            },
            weights);
    }

    /// <summary>A training set whose label can be read from the features: the first feature is large.</summary>
    public static TrainingSet TrainingSet(EncoderConfig config, int rows, Func<int, RowRole> role, params string[] without)
    {
        var set = new TrainingSet(config, without: without);
        var world = new World(3, 6);
        for (int i = 0; i < rows; i++)
        {
            var vector = world.Next();
            set.Add(vector, role(i), vector.Numeric[0] > 20);
        }
        return set;
    }
}
