using System.Diagnostics;
using Vigil.Features;
using Vigil.Model;
using static TorchSharp.torch;

namespace Vigil.Bench;

/// <summary>
/// Training and its parts on the same batches: 4 layers, 64 wide, windows of 16 transactions after 16 of memory, 32 to a batch. Only a window's own transactions count.
/// </summary>
public static class TrainBench
{
    const int Cards = 256, TransactionsPerCard = 80, Batches = 40, WarmUp = 5;

    static readonly EncoderConfig s_config = EncoderConfig.Preset("r1-tiny") with { Layers = 4 };

    public static IReadOnlyList<Figure> Run()
    {
        var options = new TrainingOptions { Config = s_config, BatchWindows = 32 };
        set_num_threads(Math.Min(2, Environment.ProcessorCount));
        TrainingSet set = RandomSet();
        var normalisation = Normalisation.Of([.. set.RowsWith(RowRole.Train).Select(row => row.Segment.NumericOf(row.Row))], 8, s_config.Bins);
        var batches = new TrainingBatches(s_config, normalisation, CPU);
        using var encoder = new FraudEncoder(s_config);
        encoder.SetWeights(FraudEncoder.InitialWeights(s_config, 1, -5));
        using var phase = new TrainingPhase(TrainingStage.Train, new FraudObjective(encoder, set, batches, options), options);
        TrainingWindow[][] windows = [.. phase.Shuffle(new Random(1)).Where(batch => batch[0].Previous is not null).Take(Batches)];

        double filling = TransactionsPerSecond(windows, batch => Fill(batches, batch));
        double forward = TransactionsPerSecond(windows, batch => Forward(encoder, batches, batch));
        double training = TransactionsPerSecond(windows, batch => phase.Step(batch));
        return
        [
            new("transactionsPerSecond", training, "trained, 4 layers, 64 wide"),
            new("forwardOverTraining", forward / training, "x: a forward pass alone is so much faster"),
            new("fillingOverTraining", filling / training, "x: filling the tensors alone"),
            new("threads", get_num_threads(), "of the tensor library"),
        ];
    }

    /// <summary>By the fastest batch: a busy machine only makes others slower.</summary>
    static double TransactionsPerSecond(TrainingWindow[][] batches, Action<TrainingWindow[]> work)
    {
        double best = 0;
        for (int i = 0; i < batches.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work(batches[i]);
            double rate = batches[i].Sum(window => window.Own.Count) / Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (i >= WarmUp) best = Math.Max(best, rate);
        }
        return best;
    }

    static void Fill(TrainingBatches batches, TrainingWindow[] windows)
    {
        using var scope = NewDisposeScope();
        _ = batches.Fill(windows);
    }

    static void Forward(FraudEncoder encoder, TrainingBatches batches, TrainingWindow[] windows)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        _ = encoder.forward(batches.Fill(windows));
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
