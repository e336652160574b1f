using System.ComponentModel.DataAnnotations;
using Xunit;

namespace Vigil.Features.Tests;

public sealed class FeatureOptionsTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(8)]
    [InlineData(8_192)]
    public void A_history_length_that_is_no_power_of_two_in_range_is_refused(int length) =>
        Assert.Contains("HistoryLength", Refusal(new() { HistoryLength = length }), StringComparison.Ordinal);

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("00:00:04")]
    [InlineData("07:00:00")]
    [InlineData("2.00:00:00")]
    public void A_step_that_does_not_divide_a_day_is_refused(string length) =>
        Assert.Contains("StepLength", Refusal(new() { StepLength = TimeSpan.Parse(length, null) }), StringComparison.Ordinal);

    [Theory]
    [InlineData("23:59:59")]
    [InlineData("3651.00:00:00")]
    public void An_idle_age_of_less_than_a_day_or_more_than_ten_years_is_refused(string age) =>
        Assert.Contains("CardIdleAge", Refusal(new() { CardIdleAge = TimeSpan.Parse(age, null) }), StringComparison.Ordinal);

    static string Refusal(FeatureOptions options) => Assert.Throws<ValidationException>(() => new SharedFacts(options)).Message;
}
