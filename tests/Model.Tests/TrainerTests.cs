using TorchSharp;
using Vigil.Model.Baselines;

namespace Vigil.Model.Tests;

public sealed class TrainerTests
{
    static readonly TrainingOptions _options = new() { Config = World.Config, Epochs = 6, BatchWindows = 8, LearningRate = 5e-3, Threads = 1 };

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void The_same_seed_gives_the_same_checkpoint_and_another_seed_another(int threads, bool bf16)
    {
        var set = World.TrainingSet(World.Config, 400, i => i < 200 ? RowRole.Context : RowRole.Train);
        var options = new TrainingOptions { Config = World.Config, Epochs = 2, BatchWindows = 8, Threads = threads, Bf16 = bf16 };
        string first = Train(set, options).Manifest.Hash;
        Assert.Equal(first, Train(set, options).Manifest.Hash);
        Assert.NotEqual(first, Train(set, options with { Seed = 2 }).Manifest.Hash);
    }

    /// <summary>Three parts of a batch of eight are unequal, and the last batches have fewer windows than there are threads.</summary>
    [Fact]
    public void However_many_threads_share_a_batch_the_same_is_learnt()
    {
        var set = World.TrainingSet(World.Config, 400, _ => RowRole.Train);
        var options = new TrainingOptions { Config = World.Config, Epochs = 1, BatchWindows = 8, Threads = 1 };
        var alone = Train(set, options).Weights;
        foreach (var (name, weight) in Train(set, options with { Threads = 3 }).Weights)
            Assert.Equal(alone[name].Values, weight.Values, (x, y) => Math.Abs(x - y) < 1e-3);
    }

    [Fact]
    public void Garbage_collections_at_any_moment_change_no_bit()
    {
        var set = World.TrainingSet(World.Config, 400, _ => RowRole.Train);
        var options = new TrainingOptions { Config = World.Config, Epochs = 10, BatchWindows = 8, Threads = 1 };
        string quiet = Train(set, options).Manifest.Hash;
        using var collections = new ConstantCollections();
        Assert.Equal(quiet, Train(set, options).Manifest.Hash);
    }

    public static TheoryData<string, bool> KindsInBothTypes =>
        new(World.Configs.Keys.SelectMany(kind => (IEnumerable<(string, bool)>)[(kind, false), (kind, true)]));

    [Theory]
    [InlineData("r1", false)]
    [InlineData("r1", true)]
    [InlineData("base", true)]
    [InlineData("lstm", true)]
    public void What_can_be_learnt_is_learnt_and_the_streaming_scores_show_it(string kind, bool bf16)
    {
        var config = World.Configs[kind];
        var set = World.TrainingSet(config, 1500, _ => RowRole.Train);
        var scorer = new SequenceScorer(Train(set, _options with { Config = config, Bf16 = bf16 }));
        var scored = new World(4, 6).Take(600).Select(vector => (scorer.Score(vector).Logit, Fraud: vector.Numeric[0] > 20)).ToList();
        double[] frauds = [.. scored.Where(row => row.Fraud).Select(row => (double)row.Logit)];
        double[] genuine = [.. scored.Where(row => !row.Fraud).Select(row => (double)row.Logit)];
        double auc = frauds.Average(fraud => genuine.Average(other => fraud > other ? 1 : fraud == other ? 0.5 : 0));
        Assert.True(auc > 0.95, $"AUC {auc}");
    }

    [Theory]
    [MemberData(nameof(KindsInBothTypes))]
    public void The_validation_rows_get_the_streaming_scores_and_the_best_epoch_is_kept(string kind, bool bf16)
    {
        var config = World.Configs[kind];
        var set = World.TrainingSet(config, 600, i => i < 400 ? RowRole.Train : i % 2 == 0 ? RowRole.Validate : RowRole.Context);
        var seen = new List<float[]>();
        double[] figures = [0.1, 0.3, 0.2, 0.3, 0.9];
        var options = new TrainingOptions { Config = config, Epochs = 10, Patience = 2, BatchWindows = 8, Threads = 2, Bf16 = bf16 };
        var checkpoint = Train(set, options, scores =>
        {
            seen.Add(scores.ToArray());
            return figures[seen.Count - 1];
        });
        Assert.Equal(5, seen.Count); // two epochs without a better figure than the second's, and at the end the second's again
        Assert.Equal(seen[1], seen[4]);
        var scorer = new SequenceScorer(checkpoint);
        var streamed = new World(3, 6).Take(600).Select(vector => scorer.Score(vector).Probability).Where((_, i) => i >= 400 && i % 2 == 0);
        Assert.Equal(seen[1], streamed, (x, y) => Math.Abs(x - y) < 1e-5);
    }

    [Fact]
    public void Progress_is_told_after_every_batch()
    {
        var told = new List<TrainingProgress>();
        Train(World.TrainingSet(World.Config, 300, _ => RowRole.Train), _options, null, new Recorder(told));
        Assert.Equal(_options.Epochs * told[0].Batches, told.Count);
        Assert.True(told[^1].Loss < told[0].Loss);
        Assert.Equal(TimeSpan.Zero, told[^1].Remaining);
        Assert.Equal(Enumerable.Range(1, told.Count), told.Select(progress => progress.Step));
        Assert.All(told, progress => Assert.InRange(progress.LearningRate, 0.009 * _options.LearningRate, _options.LearningRate));
    }

    [Fact]
    public void An_epochs_last_report_has_its_validation_figure()
    {
        var told = new List<TrainingProgress>();
        double figure = 0;
        var set = World.TrainingSet(World.Config, 300, i => i < 200 ? RowRole.Train : RowRole.Validate);
        Train(set, _options, _ => ++figure, new Recorder(told));
        Assert.Equal(
            Enumerable.Range(1, _options.Epochs).Select(epoch => (double?)epoch),
            told.Where(progress => progress.IsEpochEnd).Select(progress => progress.Validation));
        Assert.All(told.Where(progress => progress.Epoch == 1 && !progress.IsEpochEnd), progress => Assert.Null(progress.Validation));
    }

    [Fact]
    public void Cancelling_stops_between_batches()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var set = World.TrainingSet(World.Config, 50, _ => RowRole.Train);
        Assert.Throws<OperationCanceledException>(() => Trainer.Train(set, _options, cancellationToken: cancelled.Token));
    }

    [Fact]
    public void A_set_without_training_rows_or_of_another_segment_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Train(World.TrainingSet(World.Config, 50, _ => RowRole.Context), _options));
        Assert.Throws<ArgumentException>(() => Train(World.TrainingSet(World.Config with { Segment = 16, Memory = 16 }, 50, _ => RowRole.Train), _options));
    }

    [Fact]
    public void Training_leaks_no_tensor()
    {
        var set = World.TrainingSet(World.Config, 200, i => i < 150 ? RowRole.Train : RowRole.Validate);
        var options = new TrainingOptions { Config = World.Config, Epochs = 1, BatchWindows = 8, Threads = 2, Bf16 = true };
        Train(set, options, _ => 1);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Train(set, options, _ => 1);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void What_a_teacher_says_of_rows_without_a_label_is_learnt_and_none_of_their_labels_is()
    {
        var options = new TrainingOptions { Config = World.Config, Epochs = 4, BatchWindows = 8, Threads = 1, LearningRate = 5e-3 };
        var teacher = options with { Teacher = BaselineConfig.Preset("forest") };
        string taught = Train(Set(flip: false), teacher).Manifest.Hash;
        Assert.Equal(taught, Train(Set(flip: true), teacher).Manifest.Hash);
        Assert.NotEqual(taught, Train(Set(flip: false), options).Manifest.Hash);
        Assert.NotEqual(taught, Train(Set(flip: false), teacher with { TeacherWeight = 0.5 }).Manifest.Hash);

        static TrainingSet Set(bool flip)
        {
            var set = new TrainingSet(World.Config);
            int row = 0;
            foreach (var vector in new World(3, 6).Take(300))
            {
                bool unlabelled = row++ % 2 == 0;
                set.Add(vector, unlabelled ? RowRole.Unlabelled : RowRole.Train, (flip && unlabelled) ^ (vector.Numeric[0] > 20));
            }
            return set;
        }
    }

    [Theory]
    [InlineData("found the device tpu, expected cpu, cuda or cuda:N", "tpu")]
    [InlineData("found the device cuda:x", "cuda:x")]
    [InlineData("found no cuda:99", "cuda:99")]
    public void A_device_that_is_not_there_is_refused(string expected, string device)
    {
        var set = World.TrainingSet(World.Config, 10, _ => RowRole.Train);
        var error = Assert.Throws<InvalidDataException>(() => Train(set, new() { Config = World.Config, Device = device }));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    static Checkpoint Train(
        TrainingSet set, TrainingOptions options, Func<ReadOnlyMemory<float>, double>? evaluate = null, IProgress<TrainingProgress>? progress = null) =>
        Trainer.Train(set, options, evaluate, progress, TestContext.Current.CancellationToken);

    sealed class Recorder(List<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told.Add(value);
    }
}
