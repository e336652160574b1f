using CsCheck;
using Xunit;

namespace Vigil.Backtest.Tests;

public sealed class CalibrationMetricsTests
{
    static readonly Gen<(float Score, bool Fraud)[]> Rows = Gen.Select(Gen.Float[0, 1], Gen.Bool).Array[1, 200];

    [Fact]
    public void Brier_is_the_mean_squared_error() => Rows.Sample(rows =>
    {
        double expected = rows.Average(row => (row.Score - (row.Fraud ? 1.0 : 0)) * (row.Score - (row.Fraud ? 1.0 : 0)));
        Assert.Equal(expected, CalibrationMetrics.Brier(Scores(rows), Frauds(rows)), 9);
    });

    [Fact]
    public void The_expected_error_lies_between_that_of_the_mean_and_that_of_each_row() => Rows.Sample(rows =>
    {
        double error = CalibrationMetrics.ExpectedError(Scores(rows), Frauds(rows));
        double ofMean = Math.Abs(rows.Average(row => row.Score - (row.Fraud ? 1.0 : 0)));
        double ofRows = rows.Average(row => Math.Abs(row.Score - (row.Fraud ? 1.0 : 0)));
        Assert.InRange(error, ofMean - 1e-9, ofRows + 1e-9);
    });

    [Fact]
    public void Twenty_bins_that_are_each_right_on_average_have_no_error()
    {
        // Bin b holds 20 rows of score b / 20, b of which are frauds.
        var rows = Enumerable.Range(0, 20).SelectMany(bin => Enumerable.Range(0, 20).Select(row => (bin / 20f, row < bin))).ToArray();
        Assert.Equal(0, CalibrationMetrics.ExpectedError(Scores(rows), Frauds(rows)), 6);
        Assert.Equal(.1, CalibrationMetrics.ExpectedError([.. Scores(rows).Select(score => score + .1f)], Frauds(rows)), 6);
    }

    [Fact]
    public void Lists_of_other_lengths_or_without_rows_are_refused()
    {
        Assert.Throws<ArgumentException>(() => CalibrationMetrics.Brier([.1f], [true, false]));
        Assert.Throws<ArgumentException>(() => CalibrationMetrics.ExpectedError([], []));
    }

    static float[] Scores((float Score, bool Fraud)[] rows) => [.. rows.Select(row => row.Score)];

    static bool[] Frauds((float Score, bool Fraud)[] rows) => [.. rows.Select(row => row.Fraud)];
}
