using Vigil.Features;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>Fills a batch's tensors, transaction by transaction. The buffers are reused: a batch is done with before the next is begun.</summary>
/// <param name="config">The encoder's.</param>
/// <param name="normalisation">Whose bins it reads through.</param>
/// <param name="device">Where the tensors go.</param>
/// <param name="type">Of their numbers; null: 32-bit floats.</param>
sealed class EncoderInputs(EncoderConfig config, Normalisation normalisation, Device device, ScalarType? type = null)
{
    readonly TimeRotary _rotary = new(config);
    readonly NumericBins _bins = new(normalisation);
    float[] _numeric = [], _cos = [], _sin = [];
    long[] _categorical = [];
    int _rows, _length;

    /// <summary>Begins a batch of so many cards, each of so many transactions, all of them padding yet.</summary>
    internal void Begin(int rows, int length)
    {
        (_rows, _length) = (rows, length);
        _numeric = Cleared(_numeric, rows * length * _bins.Inputs);
        _categorical = Cleared(_categorical, rows * length * FeatureList.Categorical.Count);
        _cos = Cleared(_cos, rows * length * _rotary.Count);
        _sin = Cleared(_sin, rows * length * _rotary.Count);
    }

    /// <summary>Puts a transaction at a place, counted through all cards.</summary>
    internal void Set(int place, in Token token)
    {
        int angles = _rotary.Count;
        _bins.Expand(token.Numeric, _numeric.AsSpan(place * _bins.Inputs, _bins.Inputs));
        for (int i = 0; i < token.Categorical.Length; i++) _categorical[(place * token.Categorical.Length) + i] = token.Categorical[i];
        _rotary.Fill(token.Time, _cos.AsSpan(place * angles, angles), _sin.AsSpan(place * angles, angles));
    }

    /// <summary>The batch's tensors, which belong to the caller's dispose scope.</summary>
    /// <param name="first">See <see cref="EncoderBatch"/>.</param>
    internal EncoderBatch ToBatch(int first)
    {
        return new(
            tensor(Of(_numeric, _bins.Inputs), [_rows, _length, _bins.Inputs], type, device),
            tensor(Of(_categorical, FeatureList.Categorical.Count), [_rows, _length, FeatureList.Categorical.Count], device: device),
            tensor(Of(_cos, _rotary.Count), [_rows, _length, 1, _rotary.Count], type, device),
            tensor(Of(_sin, _rotary.Count), [_rows, _length, 1, _rotary.Count], type, device),
            first);

        Memory<T> Of<T>(T[] buffer, int width) => buffer.AsMemory(0, _rows * _length * width);
    }

    static T[] Cleared<T>(T[] buffer, int length)
    {
        if (buffer.Length < length) return new T[length];
        Array.Clear(buffer, 0, length);
        return buffer;
    }
}
