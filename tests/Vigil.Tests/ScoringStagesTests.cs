using Xunit;

namespace Vigil.Tests;

public sealed class ScoringStagesTests
{
    [Fact]
    public void A_checkpoint_is_refused_under_other_feature_options_than_its_trainings()
    {
        var options = new ServiceOptions { Features = new() { HistoryLength = 128 } };
        var refusal = Assert.Throws<InvalidDataException>(() => new ScoringStages(options, "stream", TimeProvider.System));
        Assert.Contains("HistoryLength: found 256, expected 128", refusal.Message, StringComparison.Ordinal);
    }
}
