using Vigil.Ingest;
using Vigil.Model;
using Vigil.Model.Baselines;

namespace Vigil.Backtest;

/// <summary>What to test, and how.</summary>
public sealed record BacktestRequest
{
    /// <summary>In time order, from the first transaction that cards' histories should hold; read twice a fold.</summary>
    public required IEnumerable<LabelledTransaction> History { get; init; }

    /// <summary>The folds, at least one.</summary>
    public required IReadOnlyList<Fold> Folds { get; init; }

    /// <summary>How each fold's model is trained; its epochs were chosen beforehand, on other windows than the folds' tests.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>A baseline that is trained in the encoder's place; null for the encoder, which is the default.</summary>
    public BaselineOptions? Baseline { get; init; }

    /// <summary>Features that are not learnt, as in <see cref="FeatureSet.Of"/>. The default is none.</summary>
    public IReadOnlyCollection<string> Without { get; init; } = [];

    /// <summary>A model that is tested as it is, in place of one trained on each fold's training window; null to train, which is the default.</summary>
    public FraudModel? Model { get; init; }

    /// <summary>What scores. The default is the model's own scorers.</summary>
    public ModelOptions Scoring { get; init; } = new();
}
