using CsCheck;
using Xunit;

namespace Vigil.Backtest.Tests;

public sealed class RankingMetricsTests
{
    // Few distinct scores, so that most cases hold ties.
    static readonly Gen<(float Score, bool Fraud)[]> Rows =
        Gen.Select(Gen.Int[0, 12].Select(score => score / 12f), Gen.Bool).Array[2, 60].Where(rows => rows.Any(row => row.Item2) && rows.Any(row => !row.Item2));

    [Fact]
    public void The_example_of_scikit_learns_manual()
    {
        float[] scores = [.1f, .4f, .35f, .8f];
        bool[] frauds = [false, false, true, true];
        Assert.Equal(.75, RankingMetrics.AucRoc(scores, frauds), 12);
        Assert.Equal((1.0 + (2 / 3.0)) / 2, RankingMetrics.AveragePrecision(scores, frauds), 12);
    }

    [Fact]
    public void Equal_scores_say_nothing()
    {
        float[] scores = [.5f, .5f, .5f, .5f];
        bool[] frauds = [true, false, false, false];
        Assert.Equal(.5, RankingMetrics.AucRoc(scores, frauds), 12);
        Assert.Equal(.25, RankingMetrics.AveragePrecision(scores, frauds), 12);
    }

    [Fact]
    public void Perfect_scores_reach_1_and_reversed_ones_0()
    {
        float[] scores = [.9f, .8f, .2f, .1f];
        bool[] frauds = [true, true, false, false];
        Assert.Equal(1, RankingMetrics.AucRoc(scores, frauds), 12);
        Assert.Equal(1, RankingMetrics.AveragePrecision(scores, frauds), 12);
        Assert.Equal(0, RankingMetrics.AucRoc(scores, [false, false, true, true]), 12);
        Assert.Equal(((1 / 3.0) + (2 / 4.0)) / 2, RankingMetrics.AveragePrecision(scores, [false, false, true, true]), 12);
    }

    [Fact]
    public void Auc_is_the_share_of_pairs_in_the_right_order() => Rows.Sample(rows =>
    {
        double right = 0;
        foreach ((float fraud, _) in rows.Where(row => row.Fraud))
        {
            foreach ((float genuine, _) in rows.Where(row => !row.Fraud)) right += fraud > genuine ? 1 : fraud == genuine ? .5 : 0;
        }
        double pairs = rows.Count(row => row.Fraud) * (double)rows.Count(row => !row.Fraud);
        Assert.Equal(right / pairs, RankingMetrics.AucRoc(Scores(rows), Frauds(rows)), 12);
    });

    [Fact]
    public void Average_precision_sums_precision_over_the_rises_of_recall() => Rows.Sample(rows =>
    {
        double sum = 0;
        double recallBefore = 0;
        foreach (float threshold in rows.Select(row => row.Score).Distinct().OrderDescending())
        {
            double alerts = rows.Count(row => row.Score >= threshold);
            double found = rows.Count(row => row.Score >= threshold && row.Fraud);
            double recall = found / rows.Count(row => row.Fraud);
            sum += (recall - recallBefore) * found / alerts;
            recallBefore = recall;
        }
        Assert.Equal(sum, RankingMetrics.AveragePrecision(Scores(rows), Frauds(rows)), tolerance: 1e-12);
    });

    [Fact]
    public void Labels_of_one_kind_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => RankingMetrics.AucRoc([.1f, .2f], [false, false]));
        Assert.Contains("found 0 and 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_score_that_is_no_number_is_refused() =>
        Assert.Throws<ArgumentException>(() => RankingMetrics.AveragePrecision([float.NaN, .2f], [false, true]));

    static float[] Scores((float Score, bool Fraud)[] rows) => [.. rows.Select(row => row.Score)];

    static bool[] Frauds((float Score, bool Fraud)[] rows) => [.. rows.Select(row => row.Fraud)];
}
