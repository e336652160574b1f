using CsCheck;

namespace Vigil.Model.Tests;

public sealed class CalibrationTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0.5, -2)]
    [InlineData(1.7, 1.2)]
    public void The_odds_that_labels_were_drawn_with_are_found(double slope, double offset)
    {
        var (probabilities, frauds) = Drawn(200_000, slope, offset);
        var fitted = Calibration.Fit(probabilities, frauds)!;
        Assert.Equal(slope, fitted.Slope, 0.03 * slope);
        Assert.Equal(offset, fitted.Offset, 0.05);
        double expected = frauds.Count(fraud => fraud) / (double)frauds.Length;
        Assert.Equal(expected, probabilities.Average(probability => (double)fitted.OfProbability(probability)), 0.001);
    }

    [Fact]
    public void No_slope_is_likelier_than_the_fitted_one() => Gen.Select(Gen.Float[0.001f, 0.999f], Gen.Bool).Array[4, 40]
        .Where(rows => rows.Any(row => row.Item2) && rows.Any(row => !row.Item2))
        .Sample(rows =>
        {
            float[] probabilities = [.. rows.Select(row => row.Item1)];
            bool[] frauds = [.. rows.Select(row => row.Item2)];
            if (Calibration.Fit(probabilities, frauds) is not { } fitted) return;
            double best = Loss(fitted);
            foreach (double change in new[] { -0.05, 0.05 })
            {
                Assert.True(Loss(fitted with { Slope = fitted.Slope + change }) > best - 1e-9);
                Assert.True(Loss(fitted with { Offset = fitted.Offset + change }) > best - 1e-9);
            }

            double Loss(Calibration calibration) => rows.Sum(row =>
            {
                int found = frauds.Count(fraud => fraud);
                double target = row.Item2 ? (found + 1.0) / (found + 2.0) : 1.0 / (frauds.Length - found + 2.0);
                double odds = (calibration.Slope * Math.Log(row.Item1 / (1.0 - row.Item1))) + calibration.Offset;
                return Math.Log(1 + Math.Exp(odds)) - (target * odds);
            });
        });

    [Fact]
    public void Higher_scores_stay_higher()
    {
        var calibration = new Calibration(0.7, -1);
        float[] scores = [.. Enumerable.Range(1, 99).Select(i => calibration.OfProbability(i / 100f))];
        Assert.Equal(scores.Order(), scores);
        Assert.Equal(scores.Length, scores.Distinct().Count());
    }

    [Fact]
    public void Scores_that_mean_less_fraud_the_higher_they_are_give_none() =>
        Assert.Null(Calibration.Fit([0.1f, 0.2f, 0.8f, 0.9f], [true, true, false, false]));

    [Fact]
    public void Scores_of_0_and_1_that_part_the_labels_give_a_finite_slope()
    {
        var fitted = Calibration.Fit([0, 0, 0, 1, 1], [false, false, false, true, true])!;
        Assert.True(double.IsFinite(fitted.Slope) && double.IsFinite(fitted.Offset), $"{fitted}");
    }

    [Fact]
    public void One_kind_of_label_or_another_number_of_them_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Calibration.Fit([0.1f, 0.2f], [false, false]));
        Assert.Contains("found 0 frauds in 2 rows", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Calibration.Fit([0.1f, 0.2f], [false, true, true]));
    }

    static (float[] Probabilities, bool[] Frauds) Drawn(int count, double slope, double offset)
    {
        var random = new Random(1);
        float[] probabilities = new float[count];
        bool[] frauds = new bool[count];
        for (int i = 0; i < count; i++)
        {
            double logit = (random.NextDouble() * 8) - 5;
            probabilities[i] = (float)(1 / (1 + Math.Exp(-logit)));
            frauds[i] = random.NextDouble() < 1 / (1 + Math.Exp(-((slope * logit) + offset)));
        }
        return (probabilities, frauds);
    }
}
