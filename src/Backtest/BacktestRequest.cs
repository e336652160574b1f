using Vigil.Ingest;
using Vigil.Model;

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

    /// <summary>A model that is tested as it is, in place of one trained on each fold's training window; null to train, which is the default.</summary>
    public Checkpoint? Checkpoint { get; init; }
}
