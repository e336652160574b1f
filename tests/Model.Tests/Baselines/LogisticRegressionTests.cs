using Vigil.Model.Baselines;

namespace Vigil.Model.Tests.Baselines;

public sealed class LogisticRegressionTests
{
    static readonly BaselineColumns s_columns = new(FeatureSet.Of(new(), ["*_by_*", "t*", "amount_*", "mcc*", "m*"]));

    [Fact]
    public void A_fit_on_a_category_alone_gives_its_share_of_fraud()
    {
        var rows = new BaselineRows(s_columns, 4_000);
        for (int i = 0; i < rows.Count; i++)
        {
            rows[i].Clear();
            rows[i][^1] = i % 2;
            rows.Labels[i] = i % 2 == 0 ? i % 10 == 0 ? 1 : 0 : i % 3 == 0 ? 1 : 0;
        }
        var fitted = LogisticLoss.Fit(rows, l2: 1e-6, TestContext.Current.CancellationToken);
        float[] row = new float[s_columns.Width];
        Assert.Equal(0.2, fitted.Score(row).Probability, 1e-3);
        row[^1] = 1;
        Assert.Equal(1 / 3.0, fitted.Score(row).Probability, 1e-3);
    }

    [Fact]
    public void Text_of_other_columns_or_of_no_numbers_is_refused()
    {
        string text = string.Concat(Enumerable.Repeat("0\n", LogisticRegression.WeightsOf(s_columns)));
        Assert.Equal(0.5f, LogisticRegression.Parse(text, s_columns).Score(new float[s_columns.Width]).Probability);
        Assert.Throws<InvalidDataException>(() => LogisticRegression.Parse(text + "0\n", s_columns));
        Assert.Throws<InvalidDataException>(() => LogisticRegression.Parse(string.Concat("x", text.AsSpan(1)), s_columns));
        Assert.Throws<InvalidDataException>(() => LogisticRegression.Parse(string.Concat("NaN", text.AsSpan(1)), s_columns));
    }
}
