namespace Vigil.Model;

/// <summary>Where a training stands.</summary>
/// <param name="Epoch">The running epoch, from 1.</param>
/// <param name="Epochs">The most there will be.</param>
/// <param name="Batch">Batches done in this epoch.</param>
/// <param name="Batches">Batches in an epoch.</param>
/// <param name="Loss">Mean loss of this epoch's rows so far.</param>
/// <param name="Validation">The last epoch's validation figure; null before the first, and without validation rows.</param>
/// <param name="Best">The best validation figure so far.</param>
/// <param name="Elapsed">Since training began.</param>
/// <param name="Remaining">Estimated, if no epoch is saved by stopping early; null at the start.</param>
public sealed record TrainingProgress(
    int Epoch, int Epochs, int Batch, int Batches, double Loss, double? Validation, double? Best, TimeSpan Elapsed, TimeSpan? Remaining);
