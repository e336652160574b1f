namespace Vigil.Model.Baselines;

/// <summary>Gradient boosted trees: each corrects the logits of those before it.</summary>
public sealed record LightGbmConfig : TreesConfig
{
    /// <summary>Leaves of a tree, at most. The default value is 31.</summary>
    public int Leaves { get; init; } = 31;

    /// <summary>Training rows in a leaf, at least. The default value is 20.</summary>
    public int LeafRows { get; init; } = 20;

    /// <summary>What a tree adds, as a share of what fits best. The default value is 0.05.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>Share of the features that a tree may split by. The default value is 0.5.</summary>
    public double FeatureShare { get; init; } = 0.5;

    /// <summary>Share of the rows that a tree is grown on. The default value is 0.8.</summary>
    public double RowShare { get; init; } = 0.8;

    /// <summary>Weight of the squared leaf values in the loss. The default value is 1.</summary>
    public double L2 { get; init; } = 1;

    internal override FormattableString Parameters => $"""
        objective=binary num_leaves={Leaves} min_data_in_leaf={LeafRows} learning_rate={LearningRate} feature_fraction={FeatureShare}
        bagging_fraction={RowShare} bagging_freq=1 lambda_l2={L2}
        """;
}
