using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>One stage of a training: an objective, an optimiser, and a schedule of the learning rate.</summary>
sealed class TrainingPhase : IDisposable
{
    readonly TrainingObjective _objective;
    readonly TrainingOptions _options;
    readonly AdamW _optimiser;
    readonly double _rowsPerBatch; // on average: a batch with fewer rows weighs less, a row always the same

    internal TrainingPhase(TrainingStage stage, TrainingObjective objective, TrainingOptions options)
    {
        (Stage, _objective, _options) = (stage, objective, options);
        Epochs = stage == TrainingStage.Pretrain ? options.PretrainEpochs : options.Epochs;
        _optimiser = new(Named(objective), options.WeightDecay);
        Batches = Shuffle(new Random(0)).Count;
        _rowsPerBatch = objective.Rows / Batches;
    }

    internal TrainingStage Stage { get; }

    internal int Epochs { get; }

    /// <summary>In an epoch.</summary>
    internal int Batches { get; }

    /// <summary>Of the last step.</summary>
    internal double LearningRate { get; private set; }

    /// <summary>By name, all that the next step depends on beside its batch.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Tensors => _optimiser.Tensors;

    public void Dispose()
    {
        _optimiser.Dispose();
        _objective.Dispose();
    }

    /// <summary>Goes on after so many steps, from the tensors of then.</summary>
    internal void Resume(int steps, IReadOnlyDictionary<string, Weight> tensors)
    {
        foreach (var (name, target) in Tensors) target.Set(tensors[name]);
        _optimiser.Steps = steps;
    }

    /// <summary>The batches of an epoch.</summary>
    internal List<TrainingWindow[]> Shuffle(Random random) => TrainingBatches.Shuffle(_objective.Windows, _options.BatchWindows, random);

    /// <summary>Learns one batch.</summary>
    /// <returns>The sum of its rows' losses, and their number.</returns>
    internal (double Loss, int Rows) Step(TrainingWindow[] windows)
    {
        using var scope = NewDisposeScope();
        var (loss, rows) = _objective.Loss(windows, _rowsPerBatch, _optimiser.Steps);
        foreach (var module in _objective.Modules) module.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(_optimiser.Parameters, _options.ClipNorm);
        LearningRate = Schedule(_optimiser.Steps);
        _optimiser.Step(LearningRate);
        double value = loss.Value() * _rowsPerBatch;
        return double.IsFinite(value)
            ? (value, rows)
            : throw new InvalidOperationException($"the loss is {value} at step {_optimiser.Steps}; lower the learning rate (now {_options.LearningRate})");
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

    static IEnumerable<(string Name, Parameter Parameter)> Named(TrainingObjective objective) => objective.Modules.SelectMany(module => module.named_parameters());
}
