using Xunit;

namespace Vigil.Tests;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentiles_agree_with_sorting_to_two_percent()
    {
        var random = new Random(7);
        var histogram = new LatencyHistogram();
        var values = new double[20_000];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Floor(Math.Exp(random.NextDouble() * 20));
            histogram.Record(TimeSpan.FromMicroseconds(values[i]));
        }
        Array.Sort(values);
        foreach (double share in new[] { 0.001, 0.25, 0.5, 0.95, 0.99, 0.999, 1 })
        {
            double exact = values[(int)Math.Ceiling(share * values.Length) - 1];
            Assert.InRange(histogram.Percentile(share).TotalMicroseconds, exact, (exact * 1.02) + 1);
        }
    }

    [Fact]
    public void Extremes_are_clamped_and_an_empty_histogram_says_zero()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(TimeSpan.Zero, histogram.Percentile(0.5));
        histogram.Record(TimeSpan.FromSeconds(-1));
        Assert.Equal(TimeSpan.Zero, histogram.Percentile(0.5));
        histogram.Record(TimeSpan.MaxValue);
        Assert.True(histogram.Percentile(1) > TimeSpan.FromHours(70));
    }
}
