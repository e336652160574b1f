namespace Vigil.Model.Baselines;

/// <summary>Logistic regression by L-BFGS over standardised numbers and an indicator for each category.</summary>
public sealed record LogisticConfig : BaselineConfig
{
    /// <summary>Weight of half the squared weights in the loss, which is a sum over rows. The default value is 1.</summary>
    public double L2 { get; init; } = 1;

    internal override string Fit(BaselineRows rows, int seed, CancellationToken cancellationToken) => LogisticLoss.Fit(rows, L2, cancellationToken).ToText();

    internal override IRowModel Read(string text, BaselineColumns columns) => LogisticRegression.Parse(text, columns);
}
