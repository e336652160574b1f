using System.Diagnostics;
using Vigil.Features;
using Vigil.Model;
using static TorchSharp.torch;

namespace Vigil.Bench;

/// <summary>
/// Training and its parts on the same batches: 4 layers, 64 wide, windows of 16 transactions after 16 of memory. Only a window's own transactions count.
/// VIGIL_BENCH_WINDOWS sets another size of a batch than the one that <c>vigil train</c> has.
/// </summary>
public static class TrainBench
{
    const int Cards = 256, TransactionsPerCard = 80, Batches = 8, Rounds = 25, WarmUpRounds = 5;

    static readonly EncoderConfig s_config = EncoderConfig.Preset("r1-tiny") with { Layers = 4 };

    public static IReadOnlyList<Figure> Run()
    {
        TrainingSet set = RandomSet();
        var options = new TrainingOptions
        {
            Config = s_config,
            BatchWindows = BenchSetting.Number("WINDOWS", new TrainingOptions().BatchWindows),
            Threads = Math.Min(2, Environment.ProcessorCount),
        };
        var (training, filling, forward) = Measure(set, options);
        var (bf16, _, _) = Measure(set, options with { Bf16 = true });
        return
        [
            new("transactionsPerSecond", training, "trained, 4 layers, 64 wide"),
            new("forwardOverTraining", forward / training, "x: a forward pass alone is so much faster"),
            new("fillingOverTraining", filling / training, "x: filling the tensors alone"),
            new("bf16OverFp32", bf16 / training, "x: training on 16-bit floats is so much faster"),
            new("threads", options.Threads, "each with a part of every batch"),
        ];
    }

    static (double Training, double Filling, double Forward) Measure(TrainingSet set, TrainingOptions options)
    {
        using var learning = new TrainingEncoders(options, Normalisation.Of(set, s_config.Bins));
        learning.Kept.SetWeights(FraudEncoder.InitialWeights(s_config, 1, -5));
        using var phase = new TrainingPhase(TrainingStage.Train, new FraudObjective(learning, set, options), options);
        TrainingWindow[][] windows = [.. phase.Shuffle(new Random(1)).Where(batch => batch[0].Previous is not null).Take(Batches)];
        double filling = TransactionsPerSecond(windows, InParts(batch => Fill(learning, batch)));
        double forward = TransactionsPerSecond(windows, InParts(batch => Forward(learning, batch)));
        return (TransactionsPerSecond(windows, batch => phase.Step(batch)), filling, forward);

        Action<TrainingWindow[]> InParts(Action<TrainingWindow[]> work) => batch => options.InParts(batch, (part, _) => work(part));
    }

    /// <summary>By the fastest batch: a busy machine only makes others slower.</summary>
    static double TransactionsPerSecond(TrainingWindow[][] batches, Action<TrainingWindow[]> work)
    {
        double best = 0;
        for (int i = 0; i < Rounds * batches.Length; i++)
        {
            var batch = batches[i % batches.Length];
            long start = Stopwatch.GetTimestamp();
            work(batch);
            double rate = batch.Sum(window => window.Own.Count) / Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (i >= WarmUpRounds * batches.Length) best = Math.Max(best, rate);
        }
        return best;
    }

    static void Fill(TrainingEncoders encoders, TrainingWindow[] windows)
    {
        using var scope = NewDisposeScope();
        _ = encoders.LearntBatches.Fill(windows);
    }

    static void Forward(TrainingEncoders encoders, TrainingWindow[] windows)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        _ = encoders.Learnt.forward(encoders.LearntBatches.Fill(windows));
    }

    static TrainingSet RandomSet()
    {
        var random = new Random(1);
        var set = new TrainingSet(s_config);
        var vector = new FeatureVector();
        for (int i = 0; i < Cards * TransactionsPerCard; i++)
        {
            vector.Card = (UInt128)(i % Cards);
            vector.EventTimeMicroseconds += random.Next(1, 1000) * 1_000_000L;
            for (int feature = 0; feature < vector.Numeric.Length; feature++) vector.Numeric[feature] = (random.NextDouble() * 4) - 2;
            for (int field = 0; field < vector.Categorical.Length; field++) vector.Categorical[field] = random.Next(FeatureList.Categorical[field].Cardinality);
            set.Add(vector, RowRole.Train, random.Next(100) == 0);
        }
        return set;
    }
}
