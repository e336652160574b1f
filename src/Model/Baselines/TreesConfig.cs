namespace Vigil.Model.Baselines;

/// <summary>Trees that LightGBM grows (Ke et al., https://papers.nips.cc/paper/6907). Growing them wants libgomp on Linux; scoring is our own code.</summary>
public abstract record TreesConfig : BaselineConfig
{
    internal TreesConfig()
    {
    }

    /// <summary>Trees. The default value is 200.</summary>
    public int Trees { get; init; } = 200;

    /// <summary>
    /// Distinct values of a feature that a split can tell apart, at most. The default value is 4,000: amounts and their medians tell fraud by fine differences,
    /// which LightGBM's own default of 255 blurs.
    /// </summary>
    public int Bins { get; init; } = 4_000;

    /// <summary>What this kind of trees asks of LightGBM (https://lightgbm.readthedocs.io/en/stable/Parameters.html).</summary>
    internal abstract FormattableString Parameters { get; }

    internal override string Fit(BaselineRows rows, int seed, CancellationToken cancellationToken)
    {
        string parameters = FormattableString.Invariant($"""
            {FormattableString.Invariant(Parameters)} max_bin={Bins} min_data_in_bin=1 feature_pre_filter=false use_missing=false
            seed={seed} deterministic=true force_col_wise=true histogram_pool_size=512 verbosity=-1
            """).ReplaceLineEndings(" ");
        return LightGbm.Train(rows, Trees, parameters, cancellationToken);
    }

    internal override IRowModel Read(string text, BaselineColumns columns) => TreeEnsemble.Parse(text, columns.Width);
}
