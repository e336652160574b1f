namespace Vigil.Model;

/// <summary>Trains an encoder.</summary>
public static class Trainer
{
    /// <summary>Trains until the last epoch, or until the validation figure has not risen for as long as the options say; the best epoch is kept.</summary>
    /// <param name="set">At least one row to train on.</param>
    /// <param name="options">How.</param>
    /// <param name="evaluate">The figure to maximise, from the probabilities of the validation rows in the order in which they were added;
    /// null, or no such rows: a fixed number of epochs.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellationToken">Asked between batches.</param>
    public static Checkpoint Train(
        TrainingSet set,
        TrainingOptions options,
        Func<ReadOnlyMemory<float>, double>? evaluate = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
