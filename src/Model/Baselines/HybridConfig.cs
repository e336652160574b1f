namespace Vigil.Model.Baselines;

/// <summary>
/// Boosted trees over the features and what an encoder makes of the card's sequence: its encoded transaction, as the head reads it, and its logit.
/// </summary>
public sealed record HybridConfig : BaselineConfig
{
    /// <summary>The trees' hyperparameters.</summary>
    public LightGbmConfig Trees { get; init; } = new();

    /// <inheritdoc/>
    public override bool ReadsEncoder => true;

    internal override string Fit(BaselineRows rows, int seed, CancellationToken cancellationToken) => Trees.Fit(rows, seed, cancellationToken);

    internal override IRowModel Read(string text, BaselineColumns columns) => Trees.Read(text, columns);
}
