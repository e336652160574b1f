namespace Vigil.Model;

/// <summary>Where a training stands.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Epoch">The stage's running epoch, from 1.</param>
/// <param name="Epochs">The most that the stage will have.</param>
/// <param name="Batch">Batches done in this epoch; all of them once the epoch has also been validated.</param>
/// <param name="Batches">Batches in an epoch.</param>
/// <param name="Loss">Mean loss of this epoch's rows so far.</param>
/// <param name="LearningRate">Of the last batch.</param>
/// <param name="Validation">The newest validation figure; null before the first, and without validation rows.</param>
/// <param name="Best">The best validation figure so far.</param>
/// <param name="Elapsed">Since the stage began, without what lay between a killed training and its resumption.</param>
/// <param name="Remaining">Estimated, of the stage, if no epoch is saved by stopping early.</param>
public sealed record TrainingProgress(
    TrainingStage Stage,
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    double Loss,
    double LearningRate,
    double? Validation,
    double? Best,
    TimeSpan Elapsed,
    TimeSpan Remaining)
{
    /// <summary>Batches done in the stage.</summary>
    public int Step => ((Epoch - 1) * Batches) + Batch;

    /// <summary>Whether the epoch has ended.</summary>
    public bool IsEpochEnd => Batch == Batches;
}
