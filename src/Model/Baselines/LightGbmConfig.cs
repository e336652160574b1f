using Microsoft.ML;
using Microsoft.ML.Trainers.LightGbm;

namespace Vigil.Model.Baselines;

/// <summary>Gradient boosted trees by LightGBM (Ke et al., https://papers.nips.cc/paper/6907). It wants libgomp on Linux.</summary>
public sealed record LightGbmConfig : BaselineConfig
{
    /// <summary>Trees, one a round. The default value is 200.</summary>
    public int Trees { get; init; } = 200;

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

    internal override IEstimator<ITransformer> Estimator(MLContext context, BaselineColumns columns) =>
        columns.AllAsNumbers(context).Append(context.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
        {
            FeatureColumnName = BaselineColumns.Features,
            LabelColumnName = nameof(BaselineRow.Fraud),
            NumberOfIterations = Trees,
            NumberOfLeaves = Leaves,
            MinimumExampleCountPerLeaf = LeafRows,
            LearningRate = LearningRate,
            Sigmoid = 1, // so that a score is a logit
            Seed = columns.Seed,
            Deterministic = true,
            ForceColumnWise = true,
            Booster = new GradientBooster.Options
            {
                FeatureFraction = FeatureShare,
                SubsampleFraction = RowShare,
                SubsampleFrequency = RowShare < 1 ? 1 : 0,
                L2Regularization = L2,
            },
        }));
}
