using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Vigil.Model;

/// <summary>What a stage of a training learns: from which windows, and what its errors cost.</summary>
abstract class TrainingObjective : IDisposable
{
    /// <summary>Those that it learns from.</summary>
    internal abstract IReadOnlyList<TrainingWindow> Windows { get; }

    /// <summary>Rows that count in the loss, in all windows.</summary>
    internal abstract double Rows { get; }

    /// <summary>What it trains; no two parameters have the same name.</summary>
    internal abstract IReadOnlyList<Module> Modules { get; }

    /// <summary>The loss of a batch, which belongs to the caller's dispose scope: the sum over its rows, each over <paramref name="rowsPerBatch"/>.</summary>
    /// <param name="windows">The batch.</param>
    /// <param name="rowsPerBatch">On average.</param>
    /// <param name="step">Batches learnt before: with the seed, all that chance may depend on.</param>
    internal abstract (Tensor Loss, int Rows) Loss(TrainingWindow[] windows, double rowsPerBatch, int step);

    public abstract void Dispose();
}
