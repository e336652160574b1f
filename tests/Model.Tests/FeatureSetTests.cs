using Vigil.Features;

namespace Vigil.Model.Tests;

public sealed class FeatureSetTests
{
    static readonly FeatureOptions _options = new() { HistoryLength = 64, StepLength = TimeSpan.FromMinutes(30) };

    [Fact]
    public void A_checkpoint_records_what_its_training_vectors_were_computed_under()
    {
        var set = new TrainingSet(World.Config, _options);
        foreach (var vector in new World(1, 2).Take(20)) set.Add(vector, RowRole.Train, vector.Numeric[0] > 20);
        var trained = Trainer.Train(set, new() { Config = World.Config, Epochs = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((64, TimeSpan.FromMinutes(30)), (trained.Manifest.Features.HistoryLength, trained.Manifest.Features.StepLength));
    }

    [Fact]
    public void The_options_of_the_training_are_accepted() => FeatureSet.Of(_options).EnsureSame(_options);

    [Fact]
    public void Another_history_length_is_refused() =>
        Assert.Contains(
            "HistoryLength: found 64, expected 128",
            Refusal(FeatureSet.Of(_options), new() { HistoryLength = 128, StepLength = _options.StepLength }),
            StringComparison.Ordinal);

    [Fact]
    public void Another_step_length_is_refused() =>
        Assert.Contains(
            "StepLength: found 00:30:00, expected 01:00:00", Refusal(FeatureSet.Of(_options), new() { HistoryLength = 64 }), StringComparison.Ordinal);

    static string Refusal(FeatureSet features, FeatureOptions options) => Assert.Throws<InvalidDataException>(() => features.EnsureSame(options)).Message;
}
