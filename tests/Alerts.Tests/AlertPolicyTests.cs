using CsCheck;
using Xunit;

namespace Vigil.Alerts.Tests;

public sealed class AlertPolicyTests
{
    [Fact]
    public void A_score_at_the_threshold_is_an_alert_and_one_below_is_not() =>
        Gen.Double[0, 1].Select(Gen.Double[0, 1]).Sample((threshold, score) =>
        {
            var policy = new AlertPolicy(threshold);
            Assert.Equal(score >= threshold, policy.IsAlert(score));
            Assert.True(policy.IsAlert(threshold));
            Assert.False(policy.IsAlert(Math.BitDecrement(threshold)));
        });

    [Fact]
    public void The_options_threshold_comes_before_the_checkpoints()
    {
        Assert.Equal(0.25, AlertPolicy.From(new AlertsOptions { Threshold = 0.25 }, 0.5).Threshold);
        Assert.Equal(0.5, AlertPolicy.From(new AlertsOptions(), 0.5).Threshold);
        Assert.Throws<ArgumentException>(() => AlertPolicy.From(new AlertsOptions(), null));
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_threshold_that_is_no_probability_is_refused(double threshold) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlertPolicy(threshold));

    [Fact]
    public void No_score_that_is_not_a_number_is_an_alert() => Assert.False(new AlertPolicy(0).IsAlert(double.NaN));
}
