using System.Diagnostics;
using Vigil.Backtest;
using Vigil.Ingest;
using Vigil.Model;
using Vigil.Simulator;

namespace Vigil.Bench;

/// <summary>
/// Whether the reasons of the shipped checkpoint's alerts are what raised their scores: taking the three strongest away together must lower the logit more
/// than taking three at random away does. On a simulated world that the checkpoint was not trained on.
/// </summary>
public static class ReasonsBench
{
    const ulong Seed = 7;
    const int Together = 3, Draws = 5;

    public static IReadOnlyList<Figure> Run()
    {
        var checkpoint = Checkpoint.Load(new ScoringOptions().Checkpoint);
        double threshold = checkpoint.Manifest.Notes.Threshold ?? throw new InvalidOperationException("the checkpoint suggests no threshold");
        var scorer = new SequenceScorer(checkpoint);
        var world = new HandbookWorld(new() { Seed = Seed, Customers = 1_000, Terminals = 2_000, Days = 90 });
        var random = new Random((int)Seed);
        var (alerts, strongest, drawn, won, watch) = (0, 0.0, 0.0, 0, new Stopwatch());
        foreach (var row in FeatureReplay.Read(world.Transactions(), HandbookProtocol.LabelDelay, new Instant(long.MaxValue), []))
        {
            if (scorer.Score(row.Features).Probability < threshold) continue;
            watch.Start();
            scorer.Explain();
            watch.Stop();
            var (top, byChance) = Falls(scorer.Ablate(), random);
            (alerts, strongest, drawn, won) = (alerts + 1, strongest + top, drawn + byChance, won + (top > byChance ? 1 : 0));
        }
        return
        [
            new("alerts", alerts, $"of {world.GetType().Name}, seed {Seed}"),
            new("strongestFall", strongest / alerts, $"logit, mean, {Together} strongest parts of the context taken away"),
            new("randomFall", drawn / alerts, $"logit, mean, {Together} parts at random"),
            new("strongestOverRandom", strongest / drawn, "x"),
            new("strongestWins", (double)won / alerts, "share of alerts"),
            new("microsecondsPerExplanation", watch.Elapsed.TotalMicroseconds / alerts, "us"),
        ];
    }

    static (double Strongest, double Random) Falls(ContextAblation context, Random random)
    {
        float logit = context.LogitWithout();
        ContextPart[] parts = [.. context.Parts.OrderBy(part => context.LogitWithout(part))];
        float strongest = logit - context.LogitWithout(parts.AsSpan(..Together));
        double byChance = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            random.Shuffle(parts);
            byChance += (logit - context.LogitWithout(parts.AsSpan(..Together))) / Draws;
        }
        context.Restore();
        return (strongest, byChance);
    }
}
