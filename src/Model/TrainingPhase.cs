using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>One stage of a training: an objective, an optimiser, and a schedule of the learning rate.</summary>
/// <remarks>
/// A batch is cut into as many parts as there are threads, each of which learns one, on one thread of the tensor library: its operations are too small for two.
/// The parts' gradients are summed in their order, so a training has the same bits whichever thread ends first.
/// </remarks>
sealed class TrainingPhase : IDisposable
{
    readonly TrainingObjective _objective;
    readonly TrainingOptions _options;
    readonly AdamW _optimiser;
    readonly Tensor[] _gradients; // of each part
    readonly double _rowsPerBatch; // on average: a batch with fewer rows weighs less, a row always the same

    internal TrainingPhase(TrainingStage stage, TrainingObjective objective, TrainingOptions options)
    {
        (Stage, _objective, _options) = (stage, objective, options);
        Epochs = stage == TrainingStage.Pretrain ? options.PretrainEpochs : options.Epochs;
        _optimiser = new(objective.Parameters, options.WeightDecay);
        _gradients = [.. Enumerable.Range(0, options.Workers).Select(_ => _optimiser.NewGradient())];
        Batches = Shuffle(new Random(0)).Count;
        _rowsPerBatch = objective.Rows / Batches;
    }

    internal TrainingStage Stage { get; }

    internal int Epochs { get; }

    /// <summary>In an epoch.</summary>
    internal int Batches { get; }

    /// <summary>Of the last step.</summary>
    internal double LearningRate { get; private set; }

    /// <summary>By name, all that the next step depends on beside its batch. They belong to the caller's dispose scope.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Tensors => _optimiser.Tensors;

    public void Dispose()
    {
        foreach (var gradient in _gradients) gradient.Dispose();
        _optimiser.Dispose();
        _objective.Dispose();
    }

    /// <summary>Goes on after so many steps, from the tensors of then.</summary>
    internal void Resume(int steps, IReadOnlyDictionary<string, Weight> tensors) => _optimiser.Resume(steps, tensors);

    /// <summary>The batches of an epoch.</summary>
    internal List<TrainingWindow[]> Shuffle(Random random) => TrainingBatches.Shuffle(_objective.Windows, _options.BatchWindows, random);

    /// <summary>Learns one batch.</summary>
    /// <returns>The sum of its rows' losses, and their number.</returns>
    internal (double Loss, int Rows) Step(TrainingWindow[] windows)
    {
        using var scope = NewDisposeScope();
        var parts = new (double Loss, int Rows)[_gradients.Length];
        int count = _options.InParts(windows, (some, part) => parts[part] = Differentiate(some, part));
        var gradient = _gradients[0];
        for (int part = 1; part < count; part++) gradient.add_(_gradients[part], Safe.One);
        Clip(gradient);
        LearningRate = Schedule(_optimiser.Steps);
        _optimiser.Step(gradient, LearningRate);
        double value = parts.Sum(part => part.Loss) * _rowsPerBatch;
        return double.IsFinite(value)
            ? (value, parts.Sum(part => part.Rows))
            : throw new InvalidOperationException($"the loss is {value} at step {_optimiser.Steps}; lower the learning rate (now {_options.LearningRate})");
    }

    (double Loss, int Rows) Differentiate(TrainingWindow[] windows, int part)
    {
        using var scope = NewDisposeScope();
        var (loss, rows) = _objective.Loss(windows, _rowsPerBatch, (_optimiser.Steps * _gradients.Length) + part);
        _optimiser.Differentiate(loss, _gradients[part]);
        return (loss.Value(), rows);
    }

    /// <summary>Shortens what is longer than it may be.</summary>
    void Clip(Tensor gradient)
    {
        using var square = gradient.dot(gradient);
        double norm = Math.Sqrt(square.Value());
        if (norm <= _options.ClipNorm) return;
        using TorchSharp.Scalar share = _options.ClipNorm / norm;
        gradient.mul_(share);
    }

    /// <summary>Rises in a line to the highest rate, then falls along a cosine to a hundredth of it.</summary>
    double Schedule(int step)
    {
        int steps = Epochs * Batches;
        double warm = Math.Max(1, _options.WarmUp * steps);
        if (step < warm) return _options.LearningRate * (step + 1) / (warm + 1);
        double fallen = (step - warm) / Math.Max(1, steps - warm);
        return _options.LearningRate * (0.01 + (0.99 * 0.5 * (1 + Math.Cos(Math.PI * fallen))));
    }
}
