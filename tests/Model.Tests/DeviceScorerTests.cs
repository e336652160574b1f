using Vigil.Features;

namespace Vigil.Model.Tests;

public sealed class DeviceScorerTests : IDisposable
{
    const float Near = 1e-4f;

    static readonly Checkpoint _checkpoint = World.Checkpoint().WithCalibration(new(0.8, 0.3));

    readonly StoppedClock _clock = new();
    readonly DeviceModel _device;
    readonly DeviceScorer _scorer;

    public DeviceScorerTests()
    {
        _device = Open(new() { Device = "torch-cpu", MaxBatch = 8, CacheBytes = 1 << 20 });
        _scorer = _device.NewScorer();
    }

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Scores_of_two_partitions_come_in_the_order_of_their_transactions_and_are_near_those_of_the_decoder()
    {
        var vectors = new World(61, 12).Take(400);
        DeviceScorer[] partitions = [_scorer, _device.NewScorer()];
        var plain = new SequenceScorer(_checkpoint);
        var expected = vectors.Select(plain.Score).ToList();
        var told = new List<(int, FraudScore Score)>();
        for (int i = 0; i < vectors.Count; i++)
        {
            int number = i;
            partitions[vectors[i].Card % 2 == 0 ? 0 : 1].Score(vectors[i], score => told.Add((number, score)));
        }
        _device.Flush();
        Assert.Equal(Enumerable.Range(0, vectors.Count), told.Select(one => one.Item1));
        AssertNear(expected, [.. told.Select(one => one.Score)]);
        Assert.Equal(vectors.Count, partitions.Sum(partition => partition.CacheUse.Hits + partition.CacheUse.Segments + partition.CacheUse.Rebuilds));
    }

    [Fact]
    public void A_full_line_is_scored_and_a_shorter_one_waits_as_long_as_it_may()
    {
        var (world, told) = (new World(62, 20), 0);
        Assert.True(_device.Patience <= TimeSpan.Zero);
        for (int i = 0; i < 7; i++) _scorer.Score(world.Next(i), _ => told++);
        Assert.Equal((0, TimeSpan.FromMilliseconds(2)), (told, _device.Patience));
        _clock.Now += TimeSpan.FromMilliseconds(3).Ticks;
        Assert.True(_device.Patience <= TimeSpan.Zero);
        _scorer.Score(world.Next(7), _ => told++);
        Assert.Equal(8, told);
        _scorer.Score(world.Next(8), _ => told++);
        Assert.Equal((8, TimeSpan.FromMilliseconds(2)), (told, _device.Patience));
    }

    [Fact]
    public void What_begins_a_segment_waits_for_none_of_its_cards()
    {
        var vectors = new World(63, 1).Take(5 * World.Config.Segment);
        var plain = new SequenceScorer(_checkpoint);
        using var device = Open(new() { Device = "torch-cpu", MaxBatch = 1000 });
        var scorer = device.NewScorer();
        var scores = new List<FraudScore>();
        foreach (var vector in vectors) scorer.Score(vector, scores.Add);
        Assert.Equal(vectors.Count - World.Config.Segment, scores.Count);
        device.Flush();
        AssertNear([.. vectors.Select(plain.Score)], scores);
    }

    [Fact]
    public void A_forgotten_card_is_told_what_it_waits_for_and_begins_anew()
    {
        var vectors = new World(64, 2).Take(60);
        vectors[30].Forgotten.Add(0);
        vectors[30].Forgotten.Add(1);
        var plain = new SequenceScorer(_checkpoint);
        var scores = new List<FraudScore>();
        foreach (var vector in vectors) _scorer.Score(vector, scores.Add);
        _device.Flush();
        AssertNear([.. vectors.Select(plain.Score)], scores);
        Assert.Equal(2 * (1L << 30) / _device.CardsPerGiB, _scorer.CacheBytes, 1.0); // nothing of those that are forgotten
    }

    [Fact]
    public void Reasons_are_the_decoders_while_a_score_is_told_and_later_scores_never_notice()
    {
        var vectors = new World(65, 2).Take(40);
        var plain = new SequenceScorer(_checkpoint);
        var expected = new List<(FraudScore, IReadOnlyList<Reason>)>();
        foreach (var vector in vectors) expected.Add((plain.Score(vector), plain.Explain()));
        var found = new List<(FraudScore, IReadOnlyList<Reason>)>();
        foreach (var vector in vectors) _scorer.Score(vector, score => found.Add((score, _scorer.Explain())));
        _device.Flush();
        AssertNear([.. expected.Select(one => one.Item1)], [.. found.Select(one => one.Item1)]);
        int same = expected.Zip(found, (x, y) => x.Item2.SequenceEqual(y.Item2)).Count(isSame => isSame);
        Assert.True(same >= vectors.Count - 2, $"{same} of {vectors.Count}"); // two parts may weigh the same but for rounding
    }

    [Theory]
    [InlineData("r1")]
    [InlineData("sparse")]
    public void Parts_of_a_context_are_taken_away_many_at_once_as_one_by_one(string kind)
    {
        var config = World.Configs[kind];
        var checkpoint = World.Checkpoint(config);
        using var device = DeviceModel.Open(checkpoint, new() { Device = "torch-cpu" }, _clock)!;
        var (scorer, plain) = (device.NewScorer(), new SequenceScorer(checkpoint));
        var vectors = new World(69, 1).Take(2 * config.Segment);
        for (int i = 0; i < vectors.Count; i++)
        {
            scorer.Score(vectors[i]);
            plain.Score(vectors[i]);
            if (i < vectors.Count - 50 && i % 16 > 3) continue; // all places near a block's end, and most of the last blocks'
            var (found, expected) = (scorer.Ablate(), plain.Ablate());
            Assert.Equal(expected.Parts, found.Parts);
            float[] logits = found.LogitsWithoutEach(found.Parts);
            Assert.All(expected.LogitsWithoutEach(expected.Parts).Zip(logits), pair => Assert.Equal(pair.First, pair.Second, Near));
            Assert.Equal(expected.LogitWithout(), found.LogitWithout(), Near);
            expected.Restore();
            found.Restore();
        }
    }

    [Fact]
    public void Features_alone_are_judged_as_by_the_decoder_and_only_what_was_scored_is_explained()
    {
        var vector = new World(66, 1).Next();
        AssertNear([new SequenceScorer(_checkpoint).Judge(vector)], [_scorer.Judge(vector)]);
        _scorer.Score(vector);
        _scorer.Observe(vector);
        Assert.Throws<InvalidOperationException>(() => _scorer.Explain());
    }

    [Fact]
    public void A_copy_of_the_decoders_cards_goes_on_here()
    {
        var vectors = new World(67, 3).Take(100);
        var plain = new SequenceScorer(_checkpoint);
        foreach (var vector in vectors.Take(60)) plain.Score(vector);
        plain.BeginCopy(block => _scorer.Restore(new StateReader(block)), long.MinValue);
        while (plain.CopyNext()) { }
        AssertNear([.. vectors.Skip(60).Select(plain.Score)], [.. vectors.Skip(60).Select(_scorer.Score)]);
    }

    [Fact]
    public void Each_partition_counts_the_pages_of_its_own_cards()
    {
        var other = _device.NewScorer();
        var world = new World(68, 2);
        for (int i = 0; i < 40; i++) (i % 4 == 0 ? _scorer : other).Score(world.Next(i % 4 == 0 ? 0 : 1 + (i % 3)));
        Assert.Equal(3 * _scorer.CacheBytes, other.CacheBytes);
        var last = world.Next(1);
        last.Forgotten.AddRange([1, 2, 3]);
        other.Observe(last);
        Assert.Equal(0, other.CacheBytes);
        Assert.True(_scorer.CacheBytes > 0);
    }

    [Fact]
    public void No_device_means_the_models_own_scorers_and_another_model_or_device_is_refused()
    {
        Assert.Null(DeviceModel.Open(_checkpoint, new(), _clock));
        Assert.Contains("architecture r1", Refusal(World.Checkpoint(World.Configs["lstm"]), "torch-cpu"), StringComparison.Ordinal);
        Assert.Contains("found the device tpu", Refusal(_checkpoint, "tpu"), StringComparison.Ordinal);
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "this machine has a GPU");
        Assert.Contains("found no cuda:1", Refusal(_checkpoint, "cuda:1"), StringComparison.Ordinal);

        string Refusal(FraudModel model, string device) =>
            Assert.Throws<InvalidDataException>(() => DeviceModel.Open(model, new() { Device = device }, _clock)).Message;
    }

    DeviceModel Open(ModelOptions options) => DeviceModel.Open(_checkpoint, options, _clock)!;

    static void AssertNear(List<FraudScore> expected, List<FraudScore> found)
    {
        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Logit, found[i].Logit, Near);
            Assert.Equal(expected[i].IsFallback, found[i].IsFallback);
        }
    }

    sealed class StoppedClock : TimeProvider
    {
        public long Now { get; set; } = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
