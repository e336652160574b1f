using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>One training, from the initial weights, or from where a killed one stood, to the best epoch's.</summary>
sealed class TrainingRun : IDisposable
{
    const string Kept = "best/";

    readonly TrainingOptions _options;
    readonly TrainingSet _set;
    readonly TrainingStateFile? _file;
    readonly DisposeScope _scope = NewDisposeScope();
    readonly TrainingEncoders _encoders;
    readonly Random _random;
    TrainingState? _resumed;
    TrainingPosition _at;
    Dictionary<string, Weight>? _kept;
    long _saved = Stopwatch.GetTimestamp();

    internal TrainingRun(TrainingSet set, TrainingOptions options, Normalisation normalisation, TrainingStateFile? file)
    {
        (_set, _options, _file, _random) = (set, options, file, new(options.Seed));
        _resumed = file?.Load();
        _at = _resumed?.Position ?? new() { Stage = options.PretrainEpochs > 0 ? TrainingStage.Pretrain : TrainingStage.Train };
        _encoders = new(options, normalisation);
        double odds = (set.TrainFrauds + 0.5) / (set.TrainRows - set.TrainFrauds + 0.5);
        _encoders.Kept.SetWeights(FraudEncoder.InitialWeights(options.Config, options.Seed, Math.Log(odds)));
    }

    public void Dispose()
    {
        _encoders.Dispose();
        _scope.Dispose();
    }

    /// <summary>Runs the stages.</summary>
    internal Dictionary<string, Weight> Fit(
        Func<ReadOnlyMemory<float>, double>? evaluate, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        if (_options.PretrainEpochs > 0)
        {
            using var fields = new TrainingPhase(TrainingStage.Pretrain, new FieldObjective(_encoders, _set, _options), _options);
            Run(fields, null, progress, cancellationToken);
            if (_at.Stage == TrainingStage.Pretrain) _at = new() { Stage = TrainingStage.Train };
        }
        using var labels = new TrainingPhase(TrainingStage.Train, new FraudObjective(_encoders, _set, _options), _options);
        Run(labels, evaluate, progress, cancellationToken);
        if (_kept is not { } kept) return _encoders.Kept.GetWeights();
        _encoders.Kept.SetWeights(kept);
        evaluate?.Invoke(Validate(cancellationToken));
        return kept;
    }

    void Run(TrainingPhase phase, Func<ReadOnlyMemory<float>, double>? evaluate, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        Resume(phase);
        for (int epoch = 1; epoch <= phase.Epochs && _at.Since < _options.Patience; epoch++)
        {
            var batches = phase.Shuffle(_random); // also of epochs that were done before a kill, so that later ones get the same
            if (_at.IsPast(phase.Stage, epoch)) continue;
            Epoch(phase, batches, progress, cancellationToken);
            if (evaluate is not null) Judge(evaluate(Validate(cancellationToken)));
            progress?.Report(ProgressOf(phase));
            _at = _at with { Epoch = epoch + 1, Batch = 0, LossSum = 0, Rows = 0 };
            Save(phase);
        }
    }

    void Epoch(TrainingPhase phase, List<TrainingWindow[]> batches, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var before = _at.Elapsed;
        long start = Stopwatch.GetTimestamp();
        for (int i = _at.Batch; i < batches.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (loss, rows) = phase.Step(batches[i]);
            _at = _at with { Batch = i + 1, LossSum = _at.LossSum + loss, Rows = _at.Rows + rows, Elapsed = before + Stopwatch.GetElapsedTime(start) };
            if (_at.Batch == batches.Count) break; // told, and kept, once it has been validated
            progress?.Report(ProgressOf(phase));
            if (Stopwatch.GetElapsedTime(_saved) >= _options.StateInterval) Save(phase);
        }
    }

    void Judge(double figure)
    {
        bool better = _at.Best is null || figure > _at.Best;
        _at = _at with { Figure = figure, Best = better ? figure : _at.Best, Since = better ? 0 : _at.Since + 1 };
        if (better) _kept = _encoders.Kept.GetWeights();
    }

    TrainingProgress ProgressOf(TrainingPhase phase)
    {
        double done = _at.Epoch - 1 + ((double)_at.Batch / phase.Batches);
        var left = _at.Elapsed * ((phase.Epochs - done) / done);
        return new(
            phase.Stage,
            _at.Epoch,
            phase.Epochs,
            _at.Batch,
            phase.Batches,
            _at.LossSum / Math.Max(1, _at.Rows),
            phase.LearningRate,
            _at.Figure,
            _at.Best,
            _at.Elapsed,
            left);
    }

    void Save(TrainingPhase phase)
    {
        if (_file is null) return;
        using var scope = NewDisposeScope();
        var tensors = phase.Tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor.ToWeight());
        foreach (var (name, weight) in _kept ?? []) tensors[Kept + name] = weight;
        _file.Save(new(_at, tensors));
        _saved = Stopwatch.GetTimestamp();
    }

    void Resume(TrainingPhase phase)
    {
        if (_resumed is not { } state || state.Position.Stage != phase.Stage) return;
        phase.Resume(((_at.Epoch - 1) * phase.Batches) + _at.Batch, state.Tensors);
        _kept = _at.Best is null ? null : state.Tensors.Where(tensor => tensor.Key.StartsWith(Kept, StringComparison.Ordinal))
            .ToDictionary(tensor => tensor.Key[Kept.Length..], tensor => tensor.Value);
        _resumed = null;
    }

    /// <summary>Probabilities of the validation rows, in the order in which they were added.</summary>
    float[] Validate(CancellationToken cancellationToken)
    {
        float[] scores = new float[_set.ValidateRows];
        var batches = TrainingBatches.Shuffle(_set.WindowsWith(RowRole.Validate), _options.BatchWindows, new Random(0));
        _options.InParts([.. batches], (some, _) =>
        {
            for (int i = 0; i < some.Length && !cancellationToken.IsCancellationRequested; i++) Score(some[i], scores);
        });
        cancellationToken.ThrowIfCancellationRequested();
        return scores;
    }

    void Score(TrainingWindow[] windows, float[] scores)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        var probabilities = sigmoid(_encoders.Kept.forward(_encoders.Batches.Fill(windows))).cpu();                 // (B, Q)
        int length = (int)probabilities.shape[1];
        var values = probabilities.data<float>();
        for (int i = 0; i < windows.Length; i++)
        {
            var own = windows[i].Own;
            for (int row = 0; row < own.Count; row++)
                if (own.Roles[row] == RowRole.Validate) scores[own.ValidateIndex[row]] = values[(i * length) + row];
        }
    }
}
