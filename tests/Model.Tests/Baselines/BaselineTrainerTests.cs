using Vigil.Features;
using Vigil.Model.Baselines;

namespace Vigil.Model.Tests.Baselines;

public sealed class BaselineTrainerTests
{
    public static TheoryData<string> Names => BaselineModelTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void It_learns_what_the_features_tell_and_scores_the_stream_as_it_scored_the_validation_rows(string name)
    {
        float[] validated = [];
        var set = World.TrainingSet(World.Config, 1_200, row => row % 3 == 0 ? RowRole.Validate : RowRole.Train);
        var model = BaselineTrainer.Train(set, Options(name, set), probabilities =>
        {
            validated = probabilities.ToArray();
            return 0;
        }, TestContext.Current.CancellationToken);

        var scorer = model.NewScorer();
        var streamed = new List<float>();
        List<float> frauds = [], genuine = [];
        var world = new World(3, 6);
        for (int row = 0; row < 1_200; row++)
        {
            var vector = world.Next();
            if (row % 3 != 0)
            {
                scorer.Observe(vector);
                continue;
            }
            streamed.Add(scorer.Score(vector).Probability);
            (vector.Numeric[0] > 20 ? frauds : genuine).Add(streamed[^1]);
        }
        Assert.Equal(validated, streamed);
        Assert.True(frauds.Average() > genuine.Average() + 0.2, $"frauds score {frauds.Average()}, genuine {genuine.Average()}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_model(string name) => Assert.Equal(Train(name).Manifest.Hash, Train(name).Manifest.Hash);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_feature_that_is_left_out_changes_no_score(string name)
    {
        var model = Train(name, "time_delta", "amount*", "hour_of_week");
        Assert.Contains("amount_ratio", model.Manifest.Features.Without!);
        IFraudScorer scorer = model.NewScorer(), ofChanged = model.NewScorer();
        foreach (var vector in new World(5, 2).Take(40))
        {
            var before = scorer.Score(vector);
            foreach (string hidden in model.Manifest.Features.Without!.Where(hidden => hidden != "hour_of_week"))
                vector.Numeric[FeatureList.IndexOf(hidden)] = 1e4;
            vector.Categorical[3] = (vector.Categorical[3] + 1) % 168;
            Assert.Equal(before, ofChanged.Score(vector));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_learns_without_any_category(string name) =>
        Assert.True(float.IsFinite(Train(name, [.. FeatureList.Categorical.Select(feature => feature.Name)]).NewScorer().Score(new World(5, 2).Next()).Logit));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_teacher_says_of_unlabelled_rows_what_it_would_score_and_sees_no_label_of_theirs(bool flip)
    {
        var set = new TrainingSet(World.Config);
        var vectors = new World(3, 6).Take(400);
        for (int row = 0; row < vectors.Count; row++)
        {
            bool unlabelled = row % 3 == 0;
            set.Add(vectors[row], unlabelled ? RowRole.Unlabelled : RowRole.Train, (flip && unlabelled) ^ (vectors[row].Numeric[0] > 20));
        }
        var options = new BaselineOptions { Config = Config("forest") };
        BaselineTrainer.Teach(set, options, TestContext.Current.CancellationToken);

        var scorer = BaselineTrainer.Train(set, options, null, TestContext.Current.CancellationToken).NewScorer();
        var scores = vectors.ToDictionary(vector => vector.EventTimeMicroseconds, vector => scorer.Score(vector).Probability);
        var taught = set.RowsWith(RowRole.Unlabelled).ToList();
        Assert.Equal(134, taught.Count);
        Assert.All(taught, row => Assert.Equal(scores[row.Segment.Times[row.Row]], row.Segment.Taught[row.Row]));
    }

    [Fact]
    public void A_set_without_training_rows_is_refused() =>
        Assert.Throws<ArgumentException>(() => BaselineTrainer.Train(
            World.TrainingSet(World.Config, 20, _ => RowRole.Context),
            new() { Config = Config("logistic") },
            null,
            TestContext.Current.CancellationToken));

    [Fact]
    public void A_hybrid_without_an_encoder_is_refused() =>
        Assert.Throws<ArgumentException>(() => BaselineTrainer.Train(
            World.TrainingSet(World.Config, 20, _ => RowRole.Train),
            new() { Config = Config("hybrid") },
            null,
            TestContext.Current.CancellationToken));

    [Fact]
    public void A_hybrid_whose_encoder_was_trained_without_other_features_is_refused()
    {
        var others = World.TrainingSet(World.Config, 40, _ => RowRole.Train, "amount");
        var training = new TrainingOptions { Config = World.Config, Epochs = 1, Threads = 1 };
        var encoder = Trainer.Train(others, training, cancellationToken: TestContext.Current.CancellationToken);
        var options = new BaselineOptions { Config = Config("hybrid"), Encoder = encoder };
        var refusal = Assert.Throws<InvalidDataException>(() =>
            BaselineTrainer.Train(World.TrainingSet(World.Config, 20, _ => RowRole.Train), options, null, TestContext.Current.CancellationToken));
        Assert.Contains("trained without: found amount, expected ;", refusal.Message, StringComparison.Ordinal);
    }

    internal static BaselineModel Train(string name, params string[] without)
    {
        var set = World.TrainingSet(World.Config, 400, _ => RowRole.Train, without);
        return BaselineTrainer.Train(set, Options(name, set), null, TestContext.Current.CancellationToken);
    }

    /// <summary>Of a size that learns in a moment.</summary>
    internal static BaselineConfig Config(string name) => BaselineConfig.Preset(name) switch
    {
        LightGbmConfig lightGbm => lightGbm with { Trees = 30 },
        ForestConfig forest => forest with { Trees = 10, Leaves = 60 },
        HybridConfig hybrid => hybrid with { Trees = new() { Trees = 30 } },
        var other => other,
    };

    static BaselineOptions Options(string name, TrainingSet set) => new()
    {
        Config = Config(name),
        Encoder = Config(name).ReadsEncoder ? Trainer.Train(set, new() { Config = World.Config, Epochs = 1, BatchWindows = 8, Threads = 1 }) : null,
    };
}
