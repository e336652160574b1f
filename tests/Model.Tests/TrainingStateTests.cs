namespace Vigil.Model.Tests;

public sealed class TrainingStateTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("vigil-training-").FullName;

    string StateFile => Path.Combine(_folder, "state.safetensors");

    TrainingOptions Options => new()
    {
        Config = World.Config,
        Epochs = 3,
        PretrainEpochs = 2,
        BatchWindows = 8,
        Threads = 1,
        StateFile = StateFile,
        StateInterval = TimeSpan.Zero, // after every batch
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Stopped_after_any_batch_a_training_goes_on_and_ends_with_the_same_bits(int threads, bool bf16)
    {
        var options = Options with { Threads = threads, Bf16 = bf16 };
        string expected = Train(options with { StateFile = null }, out int steps);
        for (int stop = 1; stop < steps; stop += 5)
        {
            File.Delete(StateFile);
            Assert.ThrowsAny<OperationCanceledException>(() => Train(options, out _, stop));
            Assert.Equal(expected, Train(options, out int rest));
            Assert.InRange(rest, steps - stop - 1, steps - stop); // a batch that ends an epoch is told before it is kept
        }
    }

    [Fact]
    public void A_training_that_was_stopped_twice_and_at_its_end_still_gives_the_same_model()
    {
        string expected = Train(Options with { StateFile = null }, out int steps);
        Assert.ThrowsAny<OperationCanceledException>(() => Train(Options, out _, 3));
        Assert.ThrowsAny<OperationCanceledException>(() => Train(Options, out _, 4));
        Assert.Equal(expected, Train(Options, out _));
        Assert.Equal(expected, Train(Options, out int rest)); // all is done: only the model is made again
        Assert.True(rest < steps / 2, $"{rest} of {steps}");
        Assert.Equal(0, rest);
    }

    [Fact]
    public void A_state_of_other_options_or_data_is_refused()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => Train(Options, out _, 2));
        Assert.Contains("state of the training: found", Refusal(Options with { LearningRate = 0.002 }), StringComparison.Ordinal);
        Assert.Contains("state of the training: found", Refusal(Options with { Bf16 = true }), StringComparison.Ordinal);
        Assert.Contains("state of the training: found", Refusal(Options, rows: 290), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public void A_cut_state_is_refused(int keep)
    {
        Assert.ThrowsAny<OperationCanceledException>(() => Train(Options, out _, 2));
        byte[] file = File.ReadAllBytes(StateFile);
        File.WriteAllBytes(StateFile, keep > 0 ? file[..keep] : file[..^-keep]);
        Assert.Contains("the file is cut", Refusal(Options), StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_that_was_killed_leaves_the_state_before_it()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => Train(Options, out _, 2));
        File.WriteAllBytes(StateFile + ".partial", [1, 2, 3]);
        Assert.Equal(Train(Options with { StateFile = null }, out _), Train(Options, out _));
    }

    string Refusal(TrainingOptions options, int rows = 300) => Assert.Throws<InvalidDataException>(() => Train(options, out _, rows: rows)).Message;

    /// <summary>The model's hash; with how many batches it took, and cancelled after so many.</summary>
    static string Train(TrainingOptions options, out int steps, int stopAfter = int.MaxValue, int rows = 300)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var counter = new Counter(stopAfter, stop);
        var set = World.TrainingSet(World.Config, rows, i => i < 60 ? RowRole.Unlabelled : i < 200 ? RowRole.Train : RowRole.Validate);
        string hash = Trainer.Train(set, options, scores => Figure(scores.Span), counter, stop.Token).Manifest.Hash;
        steps = counter.Told;
        return hash;
    }

    /// <summary>Of no meaning, but not the same after each epoch.</summary>
    static double Figure(ReadOnlySpan<float> scores)
    {
        double sum = 0;
        foreach (float score in scores) sum += Math.Sin(score * 1000);
        return sum;
    }

    sealed class Counter(int stopAfter, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        internal int Told { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (++Told == stopAfter) stop.Cancel();
        }
    }
}
