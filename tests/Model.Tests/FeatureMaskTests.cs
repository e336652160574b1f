using Vigil.Features;

namespace Vigil.Model.Tests;

public sealed class FeatureMaskTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_feature_that_an_encoder_is_trained_without_changes_no_score()
    {
        var checkpoint = Train("time_delta", "amount*", "hour_of_week");
        SequenceScorer plain = new(checkpoint), disturbed = new(checkpoint);
        foreach (var vector in new World(5, 2).Take(60))
        {
            var expected = plain.Score(vector);
            foreach (string hidden in checkpoint.Manifest.Features.Without!.Where(hidden => hidden != "hour_of_week"))
                vector.Numeric[FeatureList.IndexOf(hidden)] = -1e4;
            vector.Categorical[3] = (vector.Categorical[3] + 1) % 168;
            Assert.Equal(expected, disturbed.Score(vector));
        }
    }

    [Fact]
    public void What_is_left_out_is_in_the_manifest_by_name_and_part_of_the_hash()
    {
        var without = Train("amount", "amount_r*");
        Assert.Equal(["amount_ratio", "amount"], without.Manifest.Features.Without);
        var whole = Train();
        Assert.Null(whole.Manifest.Features.Without);
        Assert.NotEqual(whole.Manifest.Hash, without.Manifest.Hash);
    }

    [Theory]
    [InlineData("no feature's name matches 'amuont'", "amount", "amuont")]
    [InlineData("every feature is left out", "*")]
    public void A_pattern_that_leaves_out_nothing_or_everything_is_refused(string expected, params string[] without) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => FeatureSet.Of(new(), without)).Message, StringComparison.Ordinal);

    static Checkpoint Train(params string[] without) =>
        Trainer.Train(World.TrainingSet(World.Config, 40, _ => RowRole.Train, without), new() { Config = World.Config, Epochs = 1 }, cancellationToken: Token);
}
