using Vigil.Features;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>
/// Cuts windows into batches of like shape, and fills tensors with them. The buffers are reused: a batch is done with before the next is filled.
/// </summary>
sealed class TrainingBatches(EncoderConfig config, Normalisation normalisation, Device device)
{
    readonly TimeRotary _rotary = new(config);
    readonly NumericBins _bins = new(normalisation);
    readonly float[] _standardised = new float[FeatureList.Numeric.Count];
    float[] _numeric = [], _cos = [], _sin = [];
    long[] _categorical = [];

    /// <summary>Batches of windows that all have a predecessor or all have none, of nearly the same length, in random order.</summary>
    internal static List<TrainingWindow[]> Shuffle(IEnumerable<TrainingWindow> windows, int size, Random random)
    {
        var shuffled = windows.ToArray();
        random.Shuffle(shuffled);
        var batches = shuffled
            .GroupBy(window => window.Previous is null)
            .OrderBy(group => group.Key)
            .SelectMany(group => group.OrderBy(window => (window.Own.Count + 3) / 4).Chunk(size)) // a stable sort: random within a length
            .ToArray();
        random.Shuffle(batches);
        return [.. batches];
    }

    /// <summary>One batch's tensors, which belong to the caller's dispose scope.</summary>
    /// <param name="windows">All with a predecessor or all without.</param>
    internal EncoderBatch Fill(TrainingWindow[] windows)
    {
        int rows = windows.Length, length = windows.Max(window => window.Length(config.Memory));
        int numeric = _bins.Inputs, categorical = FeatureList.Categorical.Count, angles = _rotary.Count;
        _numeric = Cleared(_numeric, rows * length * numeric);
        _categorical = Cleared(_categorical, rows * length * categorical);
        _cos = Cleared(_cos, rows * length * angles);
        _sin = Cleared(_sin, rows * length * angles);
        for (int i = 0; i < rows; i++)
        {
            int row = i * length;
            if (windows[i].Previous is { } previous) row = Fill(previous, previous.Count - config.Memory, row);
            Fill(windows[i].Own, 0, row);
        }
        return new(
            tensor(_numeric.AsMemory(0, rows * length * numeric), [rows, length, numeric], device: device),
            tensor(_categorical.AsMemory(0, rows * length * categorical), [rows, length, categorical], device: device),
            tensor(_cos.AsMemory(0, rows * length * angles), [rows, length, 1, angles], device: device),
            tensor(_sin.AsMemory(0, rows * length * angles), [rows, length, 1, angles], device: device),
            windows[0].Previous is null ? 0 : config.Memory);
    }

    /// <summary>The bin of one of a row's numeric features.</summary>
    internal int BinOf(TrainingSegment segment, int row, int feature) =>
        NumericBins.BinOf(normalisation.Edges[feature], normalisation.Standardise(segment.NumericOf(row).Span[feature], feature));

    int Fill(TrainingSegment segment, int from, int row)
    {
        int numeric = FeatureList.Numeric.Count, categorical = FeatureList.Categorical.Count, angles = _rotary.Count;
        for (int i = from; i < segment.Count; i++, row++)
        {
            normalisation.Standardise(segment.Numeric.AsSpan(i * numeric, numeric), _standardised);
            _bins.Expand(_standardised, _numeric.AsSpan(row * _bins.Inputs, _bins.Inputs));
            for (int j = 0; j < categorical; j++) _categorical[(row * categorical) + j] = segment.Categorical[(i * categorical) + j];
            _rotary.Fill(segment.Times[i], _cos.AsSpan(row * angles, angles), _sin.AsSpan(row * angles, angles));
        }
        return row;
    }

    static T[] Cleared<T>(T[] buffer, int length)
    {
        if (buffer.Length < length) return new T[length];
        Array.Clear(buffer, 0, length);
        return buffer;
    }
}
