using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Vigil.Model;

/// <summary>One training, from the initial weights to the best epoch's.</summary>
sealed class TrainingRun : IDisposable
{
    readonly TrainingOptions _options;
    readonly TrainingWindow[] _train, _validate;
    readonly int _validateRows;
    readonly double _rowsPerBatch; // on average: a batch with fewer rows weighs less, a row always the same
    readonly DisposeScope _scope = NewDisposeScope();
    readonly FraudEncoder _encoder;
    readonly AdamW _optimiser;
    readonly TrainingBatches _batches;
    readonly Device _device;
    readonly Random _random;
    readonly long _start = Stopwatch.GetTimestamp();
    int _step;

    internal TrainingRun(TrainingSet set, TrainingOptions options, Normalisation normalisation)
    {
        _options = options;
        _train = [.. set.WindowsWith(RowRole.Train)];
        _validate = [.. set.WindowsWith(RowRole.Validate)];
        _validateRows = set.ValidateRows;
        _random = new(options.Seed);
        _device = torch.device(options.Device);
        _batches = new(options.Config, normalisation, _device);
        _encoder = new FraudEncoder(options.Config);
        double odds = (set.TrainFrauds + 0.5) / (set.TrainRows - set.TrainFrauds + 0.5);
        _encoder.SetWeights(FraudEncoder.InitialWeights(options.Config, options.Seed, Math.Log(odds)));
        _encoder.to(_device);
        _optimiser = new(_encoder.parameters(), options.WeightDecay);
        _rowsPerBatch = (double)set.TrainRows / Batches;
    }

    int Batches => TrainingBatches.Shuffle(_train, _options.BatchWindows, new Random(0)).Count;

    public void Dispose()
    {
        _optimiser.Dispose();
        _encoder.Dispose();
        _scope.Dispose();
    }

    /// <summary>Runs the epochs.</summary>
    internal Dictionary<string, Weight> Fit(
        Func<ReadOnlyMemory<float>, double>? evaluate, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        Dictionary<string, Weight>? kept = null;
        double? figure = null, best = null;
        for (int epoch = 1, since = 0; epoch <= _options.Epochs && since < _options.Patience; epoch++)
        {
            Epoch(epoch, (figure, best), progress, cancellationToken);
            if (evaluate is null) continue;
            figure = evaluate(Validate(cancellationToken));
            since = best is null || figure > best ? 0 : since + 1;
            if (since > 0) continue;
            best = figure;
            kept = _encoder.GetWeights();
        }
        return kept ?? _encoder.GetWeights();
    }

    void Epoch(int epoch, (double? Last, double? Best) figure, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var batches = TrainingBatches.Shuffle(_train, _options.BatchWindows, _random);
        double sum = 0, rows = 0;
        for (int i = 0; i < batches.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (loss, count) = Step(batches[i], _options.Epochs * batches.Count);
            sum += loss;
            rows += count;
            double done = (epoch - 1) + ((i + 1.0) / batches.Count);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_start), left = elapsed * ((_options.Epochs - done) / done);
            progress?.Report(new(epoch, _options.Epochs, i + 1, batches.Count, sum / rows, figure.Last, figure.Best, elapsed, left));
        }
    }

    (double Loss, int Rows) Step(TrainingWindow[] windows, int steps)
    {
        using var scope = NewDisposeScope();
        var batch = _batches.Fill(windows);
        var logits = _encoder.forward(batch);                                                       // (B, Q)
        var (labels, weights, rows) = Labels(windows, (int)logits.shape[1]);
        var loss = F.binary_cross_entropy_with_logits(logits, labels, weights, reduction: nn.Reduction.Sum);
        _encoder.zero_grad();
        loss.backward();
        nn.utils.clip_grad_norm_(_encoder.parameters(), _options.ClipNorm);
        _optimiser.Step(LearningRate(_step++, steps));
        double value = loss.Value() * _rowsPerBatch;
        return double.IsFinite(value)
            ? (value, rows)
            : throw new InvalidOperationException($"the loss is {value} at step {_step}; lower the learning rate (now {_options.LearningRate})");
    }

    /// <summary>Labels and weights of a batch's own rows; what is no training row weighs 0.</summary>
    (Tensor Labels, Tensor Weights, int Rows) Labels(TrainingWindow[] windows, int length)
    {
        float[] labels = new float[windows.Length * length], weights = new float[windows.Length * length];
        int rows = 0;
        for (int i = 0; i < windows.Length; i++)
        {
            var own = windows[i].Own;
            for (int row = 0; row < own.Count; row++)
            {
                if (own.Roles[row] != RowRole.Train) continue;
                labels[(i * length) + row] = own.Frauds[row] ? 1 : 0;
                weights[(i * length) + row] = (float)((own.Frauds[row] ? _options.FraudWeight : 1) / _rowsPerBatch);
                rows++;
            }
        }
        return (tensor(labels, [windows.Length, length], device: _device), tensor(weights, [windows.Length, length], device: _device), rows);
    }

    /// <summary>Probabilities of the validation rows, in the order in which they were added.</summary>
    float[] Validate(CancellationToken cancellationToken)
    {
        float[] scores = new float[_validateRows];
        using var without = no_grad();
        foreach (var windows in TrainingBatches.Shuffle(_validate, _options.BatchWindows, new Random(0)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var probabilities = sigmoid(_encoder.forward(_batches.Fill(windows))).cpu();             // (B, Q)
            int length = (int)probabilities.shape[1];
            var values = probabilities.data<float>();
            for (int i = 0; i < windows.Length; i++)
            {
                var own = windows[i].Own;
                for (int row = 0; row < own.Count; row++)
                    if (own.Roles[row] == RowRole.Validate) scores[own.ValidateIndex[row]] = values[(i * length) + row];
            }
        }
        return scores;
    }

    /// <summary>Rises in a line to the highest rate, then falls along a cosine to a hundredth of it.</summary>
    double LearningRate(int step, int steps)
    {
        double warm = Math.Max(1, _options.WarmUp * steps);
        if (step < warm) return _options.LearningRate * (step + 1) / (warm + 1);
        double fallen = (step - warm) / Math.Max(1, steps - warm);
        return _options.LearningRate * (0.01 + (0.99 * 0.5 * (1 + Math.Cos(Math.PI * fallen))));
    }
}
