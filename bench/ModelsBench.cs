using Vigil.Backtest;
using Vigil.Features;
using Vigil.Ingest;
using Vigil.Model;
using Vigil.Model.Baselines;
using Vigil.Simulator;

namespace Vigil.Bench;

/// <summary>
/// What a score and an explanation cost of every model that can be served, trained on a week of one simulated world and asked about the week that follows
/// its labels. In processor time, which a busy machine stretches less than the clock's.
/// </summary>
public static class ModelsBench
{
    const int Passes = 5, Explained = 300;

    static readonly LabelledTransaction[] s_world = [.. new HandbookWorld(new() { Seed = 7, Customers = 2_000, Terminals = 4_000, Days = 35 }).Transactions()];

    static readonly Instant s_start = Instant.From(new DateTimeOffset(2018, 4, 1, 0, 0, 0, TimeSpan.Zero));

    public static IReadOnlyList<Figure> Run()
    {
        FeatureVector[] vectors = [.. Vectors()];
        var encoder = (Checkpoint)Trained("r1", Days(7, 14));
        string[] names = ["r1", "lightgbm", "forest", "logistic", "hybrid"];
        return [.. names.SelectMany(name => Of(name, Trained(name, Days(14, 21), name == "hybrid" ? encoder : null), vectors))];
    }

    static IEnumerable<Figure> Of(string name, FraudModel model, FeatureVector[] vectors)
    {
        IFraudScorer scorer = model.NewScorer();
        foreach (FeatureVector vector in vectors) scorer.Score(vector); // compiled, and every card known
        TimeSpan fastest = TimeSpan.MaxValue;
        for (int pass = 0; pass < Passes; pass++)
        {
            TimeSpan started = Environment.CpuUsage.TotalTime;
            foreach (FeatureVector vector in vectors) scorer.Score(vector);
            if (Environment.CpuUsage.TotalTime - started is var took && took < fastest) fastest = took;
        }
        double score = fastest.TotalMicroseconds / vectors.Length;
        yield return new($"{name}.microsecondsPerScore", score, $"us, {vectors.Length} transactions, fastest of {Passes} passes");
        TimeSpan explaining = TimeSpan.Zero;
        foreach (FeatureVector vector in vectors.Take(Explained))
        {
            scorer.Score(vector);
            TimeSpan started = Environment.CpuUsage.TotalTime;
            scorer.Explain();
            explaining += Environment.CpuUsage.TotalTime - started;
        }
        yield return new($"{name}.microsecondsPerExplanation", explaining.TotalMicroseconds / Explained, "us, mean");
    }

    static FraudModel Trained(string name, TimeWindow train, Checkpoint? encoder = null) => TrainRun.Run(new()
    {
        History = s_world,
        Train = train,
        LabelDelay = HandbookProtocol.LabelDelay,
        Training = new() { Epochs = 1 },
        Baseline = name == "r1" ? null : new() { Config = BaselineConfig.Preset(name), Encoder = encoder },
    });

    static IEnumerable<FeatureVector> Vectors()
    {
        foreach (ReplayedTransaction row in FeatureReplay.Read(s_world, HandbookProtocol.LabelDelay, s_start + TimeSpan.FromDays(35), []))
        {
            if (row.EventTime < s_start + TimeSpan.FromDays(28)) continue;
            var copy = new FeatureVector { Card = row.Features.Card, EventTimeMicroseconds = row.Features.EventTimeMicroseconds };
            row.Features.Numeric.CopyTo(copy.Numeric, 0);
            row.Features.Categorical.CopyTo(copy.Categorical, 0);
            yield return copy;
        }
    }

    static TimeWindow Days(int from, int to) => new(s_start + TimeSpan.FromDays(from), s_start + TimeSpan.FromDays(to));
}
