namespace Vigil.Model.Baselines;

/// <summary>
/// A random forest (Breiman, https://doi.org/10.1023/A:1010933404324): each tree is grown as deep as its rows allow, on its own draw of them, and each
/// split chooses among a few features. A score is the mean of the leaves' shares of fraud. Splits that lower the squared error of 0 and 1 are those that
/// lower Gini's impurity.
/// </summary>
public sealed record ForestConfig : TreesConfig
{
    /// <summary>
    /// Leaves of a tree, at most. The default value is 1,000, which the rows of a leaf rather than this bound on a week of the handbook's data.
    /// </summary>
    public int Leaves { get; init; } = 1_000;

    /// <summary>Training rows in a leaf, at least. The default value is 5.</summary>
    public int LeafRows { get; init; } = 5;

    /// <summary>Share of the features that a split may choose from. The default value is 0.1.</summary>
    public double FeatureShare { get; init; } = 0.1;

    /// <summary>Share of the rows that a tree is grown on, drawn without replacement. The default value is 0.632, what a bootstrap holds.</summary>
    public double RowShare { get; init; } = 0.632;

    internal override FormattableString Parameters => $"""
        boosting=rf objective=regression num_leaves={Leaves} min_data_in_leaf={LeafRows} min_sum_hessian_in_leaf=0
        feature_fraction_bynode={FeatureShare} bagging_fraction={RowShare} bagging_freq=1
        """;
}
