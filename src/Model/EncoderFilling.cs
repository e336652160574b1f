using System.Runtime.InteropServices;
using Vigil.Features;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>A batch that is being filled, transaction by transaction, where the tensor library will read it.</summary>
sealed class EncoderFilling(TimeRotary rotary, NumericBins bins, int rows, int length, Device device, ScalarType type)
{
    readonly Tensor _numeric = zeros(rows, length, bins.Inputs);
    readonly Tensor _categorical = zeros(rows, length, FeatureList.Categorical.Count, dtype: ScalarType.Int64);
    readonly Tensor _cos = zeros(rows, length, 1, 2 * rotary.Count), _sin = zeros(rows, length, 1, 2 * rotary.Count);

    /// <summary>The transactions of one card.</summary>
    internal Row this[int row] => new(rotary, bins, Of<float>(_numeric, row), Of<long>(_categorical, row), Of<float>(_cos, row), Of<float>(_sin, row));

    /// <summary>The batch's tensors.</summary>
    /// <param name="first">See <see cref="EncoderBatch"/>.</param>
    internal EncoderBatch ToBatch(int first) =>
        new(_numeric.to(type, device), _categorical.to(device), _cos.to(type, device), _sin.to(type, device), first);

    static Span<T> Of<T>(Tensor all, int row) where T : struct
    {
        using var one = all[row];
        return MemoryMarshal.Cast<byte, T>(one.bytes);
    }

    /// <summary>One card's part of the tensors.</summary>
    internal readonly ref struct Row(TimeRotary rotary, NumericBins bins, Span<float> numeric, Span<long> categorical, Span<float> cos, Span<float> sin)
    {
        readonly Span<float> _numeric = numeric, _cos = cos, _sin = sin;
        readonly Span<long> _categorical = categorical;

        /// <summary>Puts a transaction at a place.</summary>
        internal void Set(int place, in Token token)
        {
            bins.Expand(token.Numeric, _numeric.Slice(place * bins.Inputs, bins.Inputs));
            for (int i = 0; i < token.Categorical.Length; i++) _categorical[(place * FeatureList.Categorical.Count) + i] = token.Categorical[i];
            int angles = rotary.Count;
            Span<float> cos = _cos.Slice(place * 2 * angles, 2 * angles), sin = _sin.Slice(place * 2 * angles, 2 * angles);
            rotary.Fill(token.Time, cos[angles..], sin[angles..]);
            cos[angles..].CopyTo(cos);
            for (int i = 0; i < angles; i++) sin[i] = -sin[angles + i];
        }
    }
}
