using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;

namespace Vigil.Model.Baselines;

/// <summary>A random forest (Breiman, https://doi.org/10.1023/A:1010933404324) by ML.NET's FastForest, its scores calibrated by Platt's method.</summary>
public sealed record ForestConfig : BaselineConfig
{
    /// <summary>Trees. The default value is 100.</summary>
    public int Trees { get; init; } = 100;

    /// <summary>Leaves of a tree, at most. The default value is 2,000, which only the rows of a leaf bound in practice.</summary>
    public int Leaves { get; init; } = 2_000;

    /// <summary>Training rows in a leaf, at least. The default value is 1.</summary>
    public int LeafRows { get; init; } = 1;

    /// <summary>Share of the features that a split may choose from. The default value is 0.15.</summary>
    public double FeatureShare { get; init; } = 0.15;

    /// <summary>Share of the rows that a tree is grown on, drawn without replacement. The default value is 0.63, what a bootstrap holds.</summary>
    public double RowShare { get; init; } = 0.63;

    internal override IEstimator<ITransformer> Estimator(MLContext context, BaselineColumns columns) =>
        columns.AllAsNumbers(context)
            .Append(context.BinaryClassification.Trainers.FastForest(new FastForestBinaryTrainer.Options
            {
                FeatureColumnName = BaselineColumns.Features,
                LabelColumnName = nameof(BaselineRow.Fraud),
                NumberOfTrees = Trees,
                NumberOfLeaves = Leaves,
                MinimumExampleCountPerLeaf = LeafRows,
                FeatureFraction = 1,
                FeatureFractionPerSplit = FeatureShare,
                BaggingExampleFraction = RowShare,
                Seed = columns.Seed,
                FeatureSelectionSeed = columns.Seed,
                MemoryStatistics = false,
            }))
            .Append(context.BinaryClassification.Calibrators.Platt(nameof(BaselineRow.Fraud)));
}
