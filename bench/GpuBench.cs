using System.Diagnostics;
using Vigil.Features;
using Vigil.Model;
using static TorchSharp.torch;
using static Vigil.Bench.BenchSetting;

namespace Vigil.Bench;

/// <summary>
/// One more transaction of each of several cards on a device of the tensor library, out of paged latents, in whole and in half precision, and a card's latents
/// encoded again. Told by the environment: VIGIL_BENCH_DEVICE (cuda where there is one, else cpu), VIGIL_BENCH_PRESET (r1-full on cuda, r1-tiny on cpu),
/// VIGIL_BENCH_CACHED (2048, or as many as the preset's context has) and VIGIL_BENCH_CARDS (128, the largest batch). TorchBackend=cuda before bench/run brings
/// the native library for cuda.
/// </summary>
static class GpuBench
{
    static readonly TimeSpan s_each = TimeSpan.FromSeconds(2);

    internal static IReadOnlyList<Figure> Run()
    {
        var target = device(Text("DEVICE") ?? (cuda.is_available() ? "cuda" : "cpu"));
        if (target.type == TorchSharp.DeviceType.CPU) set_num_threads(1);
        var config = EncoderConfig.Preset(Text("PRESET") ?? (target.type == TorchSharp.DeviceType.CUDA ? "r1-full" : "r1-tiny"));
        int cached = Math.Min(Number("CACHED", 2048), config.Context - 1);
        var checkpoint = StepBenchCard.RandomCheckpoint(config);
        checkpoint.Weights["head.logit.weight"].Values.AsSpan().Fill(0.1f); // which are 0 before a training
        string where = $"{config.Name} on {target}, libtorch {TorchSharp.torch.__version__}";
        var figures = new List<Figure> { new("cached", cached, $"transactions of each card, {where}") };
        float[] whole = Measure(checkpoint, cached, target, ScalarType.Float32, "Fp32", figures);
        float[] half = Measure(checkpoint, cached, target, ScalarType.BFloat16, "Bf16", figures);
        figures.Add(new("logitsApartBf16", whole.Zip(half, (x, y) => Math.Abs(x - y)).Max(), "largest difference to fp32"));
        return figures;
    }

    /// <summary>Adds a precision's figures.</summary>
    /// <returns>The cards' logits.</returns>
    static float[] Measure(Checkpoint checkpoint, int cached, Device device, ScalarType type, string name, List<Figure> figures)
    {
        var config = checkpoint.Manifest.Config;
        int most = Number("CARDS", 128);
        long pages = ((long)most * ((cached / PagedCache.PageOf(config)) + 1)) + (2 * PagedCache.MostForks);
        using var encoder = new PagedEncoder(checkpoint, pages * PagedCache.PageBytes(config, type), device, type);
        var share = new PagedShare();
        var cards = Enumerable.Range(0, most).Select(seed => Card(config, cached + 1, seed)).ToArray();
        float[] logits = [.. encoder.Score([.. cards.Select(card => new PagedItem(card, cached, share))], most).Select(score => score.Logit)];
        for (int batch = 1; batch <= most; batch *= batch == 1 ? 8 : 4)
        {
            double milliseconds = Milliseconds(() => Step(batch));
            figures.Add(new($"msPerBatchOf{batch}{name}", milliseconds, "ms, least"));
            figures.Add(new($"transactionsPerSecondBy{batch}{name}", 1000 * batch / milliseconds, "1/s"));
        }
        figures.Add(new($"msPerRebuild{name}", Milliseconds(Again), "ms, one evicted card"));
        figures.Add(new($"msPerReasons{name}", Milliseconds(Reasons), "ms, one alert's"));
        figures.Add(new($"cardsPerGiB{name}", PagedCache.CardsPerGiB(config, type), $"contexts of {config.Context}"));
        return logits;

        void Step(int batch)
        {
            foreach (var card in cards.AsSpan(0, batch)) card.Pages!.Written = cached; // so that the newest can be scored again
            encoder.Score([.. cards.Take(batch).Select(card => new PagedItem(card, cached, share))], batch);
        }

        void Again()
        {
            encoder.Release(cards[0]);
            encoder.Score([new(cards[0], cached, share)], 1);
        }

        void Reasons()
        {
            var item = new PagedItem(cards[0], cached, share);
            var context = new ContextAblation(cards[0], 0, cached, ContextAblation.MostEarlier, variants => encoder.Logits(item, cached, variants));
            context.LogitWithout();
            context.LogitsWithoutEach(context.Parts);
        }
    }

    static double Milliseconds(Action work)
    {
        work();
        double least = double.PositiveInfinity;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_each;)
        {
            long before = Stopwatch.GetTimestamp();
            work();
            least = Math.Min(least, Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
        return least;
    }

    /// <summary>A card of so many random transactions.</summary>
    static CardTokens Card(EncoderConfig config, int transactions, int seed)
    {
        var (card, random, vector) = (new CardTokens(config.Context), new Random(seed), new FeatureVector());
        float[] numeric = new float[FeatureList.Numeric.Count];
        for (int i = 0; i < transactions; i++)
        {
            vector.EventTimeMicroseconds += random.Next(1, 1000) * 60_000_000L;
            for (int j = 0; j < numeric.Length; j++) numeric[j] = (random.NextSingle() * 4) - 2;
            for (int j = 0; j < vector.Categorical.Length; j++) vector.Categorical[j] = random.Next(FeatureList.Categorical[j].Cardinality);
            card.Add(vector, numeric);
        }
        return card;
    }
}
