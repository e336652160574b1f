using System.Text.Json;
using Vigil.Model.Baselines;

namespace Vigil.Model;

/// <summary>Trains an encoder. The same set, options and machine give the same checkpoint, bit for bit.</summary>
public static class Trainer
{
    /// <summary>Trains until the last epoch, or until the validation figure has not risen for as long as the options say; the best epoch is kept.</summary>
    /// <param name="set">At least one row to train on.</param>
    /// <param name="options">How.</param>
    /// <param name="evaluate">The figure to maximise, from the probabilities of the validation rows in the order in which they were added: asked after every
    /// epoch, and at the end once more about the best one's. Null, or no such rows: a fixed number of epochs.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellationToken">Asked between batches.</param>
    /// <exception cref="ArgumentException">The set has no row to train on, or was cut for another segment length; or the teacher reads an encoder.</exception>
    /// <exception cref="InvalidOperationException">The loss stopped being a number.</exception>
    /// <exception cref="InvalidDataException"><see cref="TrainingOptions.StateFile"/> is cut, or of another training; or the device is not there.</exception>
    public static Checkpoint Train(
        TrainingSet set,
        TrainingOptions options,
        Func<ReadOnlyMemory<float>, double>? evaluate = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        options.Config.Validate();
        if (set.TrainRows == 0) throw new ArgumentException("the training set has no row to train on", nameof(set));
        if (set.Segment != options.Config.Segment)
            throw new ArgumentException($"the training set was cut into segments of {set.Segment}, the encoder's are of {options.Config.Segment}", nameof(set));

        if (options.Teacher is { } teacher) BaselineTrainer.Teach(set, new() { Config = teacher, Seed = options.Seed }, cancellationToken);
        var normalisation = Normalisation.Of(set, options.Config.Bins);
        var file = options.StateFile is { } path ? new TrainingStateFile(path, DigestOf(set, options, normalisation)) : null;
        using var run = new TrainingRun(set, options, normalisation, file);
        var best = run.Fit(set.ValidateRows > 0 ? evaluate : null, progress, cancellationToken);
        new FeatureMask(set.Features).Neutralise(best);
        return Checkpoint.Create(
            new()
            {
                Config = options.Config,
                Features = set.Features,
                Normalisation = normalisation,
                Hash = "",
                Data = set.Data,
                Seed = options.Seed,
                Notes = new() { Provenance = options.Provenance },
            },
            best);
    }

    /// <summary>Of all that decides a training's course: the normalisation stands for the rows that it was measured on.</summary>
    static string DigestOf(TrainingSet set, TrainingOptions options, Normalisation normalisation) => Digest.Hex(
        JsonSerializer.SerializeToUtf8Bytes(options, JsonSerializerOptions.Web),
        JsonSerializer.SerializeToUtf8Bytes(set.Features, JsonSerializerOptions.Web),
        JsonSerializer.SerializeToUtf8Bytes(normalisation, JsonSerializerOptions.Web),
        JsonSerializer.SerializeToUtf8Bytes(set.Data, JsonSerializerOptions.Web));
}
