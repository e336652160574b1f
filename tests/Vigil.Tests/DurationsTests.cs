using Vigil.Backtest;
using Xunit;

namespace Vigil.Tests;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("30s", 30)]
    [InlineData("1.5m", 90)]
    [InlineData("1h", 3_600)]
    [InlineData("7d", 604_800)]
    public void A_duration_is_a_number_and_a_unit(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("7 days")]
    [InlineData("9999999999999d")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Durations.TryParse(text, out _));

    [Fact]
    public void A_window_is_two_dates_or_times_in_utc()
    {
        Assert.True(Durations.TryParseWindow("2018-07-25..2018-08-01", out TimeWindow week));
        Assert.Equal(HandbookProtocol.TestFolds[0].Train, week);
        Assert.True(Durations.TryParseWindow("2018-07-25T12:00:00Z..2018-07-25T14:30:00+02:00", out TimeWindow halfHour));
        Assert.Equal(TimeSpan.FromMinutes(30), halfHour.To - halfHour.From);
    }

    [Theory]
    [InlineData("2018-07-25")]
    [InlineData("2018-07-25..2018-07-25")]
    [InlineData("2018-08-01..2018-07-25")]
    [InlineData("2018-07-25..tomorrow")]
    [InlineData("7..8")]
    public void What_is_no_window_is_refused(string text) => Assert.False(Durations.TryParseWindow(text, out _));
}
