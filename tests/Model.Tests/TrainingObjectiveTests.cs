using Vigil.Model.Baselines;
using static TorchSharp.torch;

namespace Vigil.Model.Tests;

public sealed class TrainingObjectiveTests
{
    [Theory]
    [InlineData(1, 0, null)]
    [InlineData(3, 0, null)]
    [InlineData(1, 2, null)]
    [InlineData(2.5, 1.5, null)]
    [InlineData(2, 0, 0.3)]
    public void The_loss_of_labels_is_the_weighted_focal_cross_entropy(double fraudWeight, double gamma, double? teacherWeight)
    {
        using var scope = NewDisposeScope();
        var options = new TrainingOptions { Config = World.Config, FraudWeight = fraudWeight, FocalGamma = gamma };
        if (teacherWeight is { } weight) options = options with { Teacher = BaselineConfig.Preset("logistic"), TeacherWeight = weight };
        var set = World.TrainingSet(World.Config, 100, i => i < 30 ? RowRole.Context : i < 60 ? RowRole.Unlabelled : RowRole.Train);
        foreach (var (segment, row) in set.RowsWith(RowRole.Unlabelled)) segment.Taught[row] = 0.1f * (row + 1);
        using var encoders = Encoders(set, options);
        using var objective = new FraudObjective(encoders, set, options);
        double expected = 0, found = 0;
        foreach (var windows in TrainingBatches.Shuffle(objective.Windows, 8, new Random(1)))
        {
            found += objective.Loss(windows, 4, 0).Loss.Value() * 4;
            expected += Naive(windows, encoders.Kept.forward(encoders.Batches.Fill(windows)), options);
        }
        Assert.Equal(expected, found, 1e-3 * expected);
    }

    [Fact]
    public void Pretraining_learns_to_tell_hidden_fields_and_sees_no_label()
    {
        var (first, last, weights) = Pretrain(flip: false);
        Assert.True(last < 0.9 * first, $"{first} to {last}");
        var (_, _, flipped) = Pretrain(flip: true);
        foreach (var (name, weight) in weights) Assert.Equal(weight.Values, flipped[name].Values);
        Assert.Equal(weights["head.skip.weight"].Values, FraudEncoder.InitialWeights(World.Config, 1, 0)["head.skip.weight"].Values);
    }

    [Fact]
    public void What_is_hidden_is_masked_and_is_what_must_be_told()
    {
        using var scope = NewDisposeScope();
        var batch = new EncoderBatch(zeros(1, 1, 1), zeros(1, 1, 1), zeros(1), zeros(1), 0);
        var segment = new TrainingSegment(8);
        segment.Add(new World(1, 1).Next(), RowRole.Unlabelled, false, 0);
        var hidden = new HiddenFields([new(null, segment)], batch, 6, share: 1, new Random(1), (_, _, field) => field);
        Assert.Equal(6, hidden.Count);
        Assert.Equal([0, 0, 1], hidden.ShownNumbers(2, CPU).data<float>().ToArray());
        Assert.Equal([0L, 0, 0, 0], hidden.ShownCategories(2, CPU).data<long>().ToArray());
        Assert.Equal([5L], hidden.Targets(5, CPU).data<long>().ToArray());
        var shown = new HiddenFields([new(null, segment)], batch, 6, share: 0, new Random(1), (_, _, field) => field);
        Assert.Equal([1, 1, 1], shown.ShownNumbers(2, CPU).data<float>().ToArray());
        Assert.Equal([HiddenFields.Ignored], shown.Targets(5, CPU).data<long>().ToArray());
    }

    static (double First, double Last, Dictionary<string, Weight> Weights) Pretrain(bool flip)
    {
        using var scope = NewDisposeScope();
        var options = new TrainingOptions { Config = World.Config, PretrainEpochs = 30, BatchWindows = 8, LearningRate = 5e-3 };
        var set = new TrainingSet(World.Config);
        var world = new World(3, 6);
        for (int i = 0; i < 200; i++) set.Add(world.Next(), i % 2 == 0 ? RowRole.Unlabelled : RowRole.Train, flip ^ (i % 3 == 0));
        using var encoders = Encoders(set, options);
        using var phase = new TrainingPhase(TrainingStage.Pretrain, new FieldObjective(encoders, set, options), options);
        var random = new Random(1);
        var losses = new List<double>();
        for (int epoch = 0; epoch < options.PretrainEpochs; epoch++)
        {
            var steps = phase.Shuffle(random).Select(phase.Step).ToList();
            losses.Add(steps.Sum(step => step.Loss) / steps.Sum(step => step.Rows));
        }
        return (losses[0], losses[^1], encoders.Kept.GetWeights());
    }

    static TrainingEncoders Encoders(TrainingSet set, TrainingOptions options)
    {
        var rows = set.RowsWith(RowRole.Train).Concat(set.RowsWith(RowRole.Unlabelled)).Select(row => row.Segment.NumericOf(row.Row)).ToList();
        var encoders = new TrainingEncoders(options, Normalisation.Of(rows, 8, World.Config.Bins));
        encoders.Kept.SetWeights(FraudEncoder.InitialWeights(World.Config, 1, 0));
        return encoders;
    }

    static double Naive(TrainingWindow[] windows, Tensor logits, TrainingOptions options)
    {
        double sum = 0;
        for (int i = 0; i < windows.Length; i++)
        {
            for (int row = 0; row < windows[i].Own.Count; row++)
            {
                double probability = 1 / (1 + Math.Exp(-logits[i, row].Value()));
                if (windows[i].Own.Roles[row] == RowRole.Unlabelled && options.Teacher is not null)
                {
                    double taught = windows[i].Own.Taught[row];
                    sum -= options.TeacherWeight * ((taught * Math.Log(probability)) + ((1 - taught) * Math.Log(1 - probability)));
                }
                if (windows[i].Own.Roles[row] != RowRole.Train) continue;
                bool fraud = windows[i].Own.Frauds[row];
                double given = fraud ? probability : 1 - probability;
                sum += (fraud ? options.FraudWeight : 1) * Math.Pow(1 - given, options.FocalGamma) * -Math.Log(given);
            }
        }
        return sum;
    }
}
