using Vigil.Ingest;
using Vigil.Model;
using Vigil.Model.Baselines;

namespace Vigil.Backtest;

/// <summary>What to train on, and how.</summary>
public sealed record TrainRequest
{
    /// <summary>In time order, from the first transaction that cards' histories should hold; read once.</summary>
    public required IEnumerable<LabelledTransaction> History { get; init; }

    /// <summary>The transactions whose labels are learnt.</summary>
    public required TimeWindow Train { get; init; }

    /// <summary>From a transaction to its label, where the history does not say when a label arrived.</summary>
    public required TimeSpan LabelDelay { get; init; }

    /// <summary>
    /// Folds on whose test windows the best epoch is chosen, by their mean average precision; their own training windows only say which cards are
    /// known. Empty for a fixed number of epochs, which is the default.
    /// </summary>
    public IReadOnlyList<Fold> Validation { get; init; } = [];

    /// <summary>The encoder's shape and how it is trained.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>
    /// Where the encoder's training writes its log, a <see cref="TrainingLog"/>; null for nowhere, which is the default. Its folder must exist.
    /// </summary>
    public string? Log { get; init; }

    /// <summary>A baseline that is trained in the encoder's place; null for the encoder, which is the default.</summary>
    public BaselineOptions? Baseline { get; init; }

    /// <summary>Features that are not learnt, as in <see cref="FeatureSet.Of"/>. The default is none.</summary>
    public IReadOnlyCollection<string> Without { get; init; } = [];
}
