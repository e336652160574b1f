using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace Vigil.Model.Baselines;

/// <summary>Logistic regression by L-BFGS over standardised numbers and an indicator for each category.</summary>
public sealed record LogisticConfig : BaselineConfig
{
    /// <summary>Weight of the squared weights in the loss. The default value is 1.</summary>
    public float L2 { get; init; } = 1;

    internal override IEstimator<ITransformer> Estimator(MLContext context, BaselineColumns columns) =>
        columns.Standardised(context).Append(context.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
        {
            FeatureColumnName = BaselineColumns.Features,
            LabelColumnName = nameof(BaselineRow.Fraud),
            L1Regularization = 0,
            L2Regularization = L2,
            NumberOfThreads = 1, // the order of a sum is part of its value
            Quiet = true,
        }));
}
