using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>What a stage of a training learns: from which windows, and what its errors cost.</summary>
abstract class TrainingObjective : IDisposable
{
    /// <summary>Those that it learns from.</summary>
    internal abstract IReadOnlyList<TrainingWindow> Windows { get; }

    /// <summary>Rows that count in the loss, in all windows.</summary>
    internal abstract double Rows { get; }

    /// <summary>What it trains.</summary>
    internal abstract IEnumerable<TrainedParameter> Parameters { get; }

    /// <summary>
    /// The loss of a part of a batch, which belongs to the caller's dispose scope: the sum over its rows, each over <paramref name="rowsPerBatch"/>. Several
    /// threads may ask at once.
    /// </summary>
    /// <param name="windows">The part.</param>
    /// <param name="rowsPerBatch">Of a whole batch, on average.</param>
    /// <param name="draw">Another number for every part of every batch: with the seed, all that chance may depend on.</param>
    internal abstract (Tensor Loss, int Rows) Loss(TrainingWindow[] windows, double rowsPerBatch, int draw);

    public abstract void Dispose();
}
