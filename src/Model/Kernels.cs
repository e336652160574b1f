using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vigil.Model;

/// <summary>
/// The arithmetic of <see cref="Decoder"/>, vectorised. Every output is a sum in an order that depends on nothing but the sizes, with fused multiply-adds,
/// so a result has the same bits at every vector width, at every address and after any other call.
/// </summary>
static class Kernels
{
    /// <summary>Outputs of one tile of a packed matrix: four 512-bit vectors.</summary>
    internal const int Tile = 64;

    /// <summary>The next multiple of a number.</summary>
    internal static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>A row-major (outputs, inputs) matrix as <see cref="Multiply"/> reads it: [tile][input][output in tile], padded with zeros.</summary>
    internal static float[] Pack(float[] matrix, int outputs, int inputs)
    {
        float[] packed = new float[RoundUp(outputs, Tile) * inputs];
        for (int output = 0; output < outputs; output++)
            for (int input = 0; input < inputs; input++)
                packed[((output / Tile) * inputs * Tile) + (input * Tile) + (output % Tile)] = matrix[(output * inputs) + input];
        return packed;
    }

    /// <summary>
    /// y = Wx, over as many whole tiles as y has. Inputs with an even and with an odd index are summed apart, to hide the latency of the multiply-adds.
    /// </summary>
    internal static void Multiply(ReadOnlySpan<float> packed, ReadOnlySpan<float> x, Span<float> y)
    {
        if (y.Length % Tile != 0 || packed.Length < y.Length * x.Length) throw new ArgumentException("sizes do not match");
        ref float weight = ref MemoryMarshal.GetReference(packed);
        for (int tile = 0; tile < y.Length; tile += Tile)
        {
            if (Vector512.IsHardwareAccelerated) Multiply512(ref weight, x, ref y[tile]);
            else
                for (int quarter = 0; quarter < Tile; quarter += 16) Multiply256(ref Unsafe.Add(ref weight, quarter), x, ref y[tile + quarter]);
            weight = ref Unsafe.Add(ref weight, x.Length * Tile);
        }
    }

    static void Multiply512(ref float weight, ReadOnlySpan<float> x, ref float y)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        int i = 0;
        for (; i + 1 < x.Length; i += 2)
        {
            var even = Vector512.Create(x[i]);
            var odd = Vector512.Create(x[i + 1]);
            a0 = Vector512.FusedMultiplyAdd(even, Vector512.LoadUnsafe(ref weight), a0);
            a1 = Vector512.FusedMultiplyAdd(even, Vector512.LoadUnsafe(ref weight, 16), a1);
            a2 = Vector512.FusedMultiplyAdd(even, Vector512.LoadUnsafe(ref weight, 32), a2);
            a3 = Vector512.FusedMultiplyAdd(even, Vector512.LoadUnsafe(ref weight, 48), a3);
            b0 = Vector512.FusedMultiplyAdd(odd, Vector512.LoadUnsafe(ref weight, 64), b0);
            b1 = Vector512.FusedMultiplyAdd(odd, Vector512.LoadUnsafe(ref weight, 80), b1);
            b2 = Vector512.FusedMultiplyAdd(odd, Vector512.LoadUnsafe(ref weight, 96), b2);
            b3 = Vector512.FusedMultiplyAdd(odd, Vector512.LoadUnsafe(ref weight, 112), b3);
            weight = ref Unsafe.Add(ref weight, 2 * Tile);
        }
        if (i < x.Length)
        {
            var even = Vector512.Create(x[i]);
            a0 = Vector512.FusedMultiplyAdd(even, Vector512.LoadUnsafe(ref weight), a0);
            a1 = Vector512.FusedMultiplyAdd(even, Vector512.LoadUnsafe(ref weight, 16), a1);
            a2 = Vector512.FusedMultiplyAdd(even, Vector512.LoadUnsafe(ref weight, 32), a2);
            a3 = Vector512.FusedMultiplyAdd(even, Vector512.LoadUnsafe(ref weight, 48), a3);
        }
        (a0 + b0).StoreUnsafe(ref y);
        (a1 + b1).StoreUnsafe(ref y, 16);
        (a2 + b2).StoreUnsafe(ref y, 32);
        (a3 + b3).StoreUnsafe(ref y, 48);
    }

    /// <summary>Sixteen outputs of a tile, with the sums of <see cref="Multiply512"/>.</summary>
    internal static void Multiply256(ref float weight, ReadOnlySpan<float> x, ref float y)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default;
        int i = 0;
        for (; i + 1 < x.Length; i += 2)
        {
            var even = Vector256.Create(x[i]);
            var odd = Vector256.Create(x[i + 1]);
            a0 = Vector256.FusedMultiplyAdd(even, Vector256.LoadUnsafe(ref weight), a0);
            a1 = Vector256.FusedMultiplyAdd(even, Vector256.LoadUnsafe(ref weight, 8), a1);
            b0 = Vector256.FusedMultiplyAdd(odd, Vector256.LoadUnsafe(ref weight, 64), b0);
            b1 = Vector256.FusedMultiplyAdd(odd, Vector256.LoadUnsafe(ref weight, 72), b1);
            weight = ref Unsafe.Add(ref weight, 2 * Tile);
        }
        if (i < x.Length)
        {
            var even = Vector256.Create(x[i]);
            a0 = Vector256.FusedMultiplyAdd(even, Vector256.LoadUnsafe(ref weight), a0);
            a1 = Vector256.FusedMultiplyAdd(even, Vector256.LoadUnsafe(ref weight, 8), a1);
        }
        (a0 + b0).StoreUnsafe(ref y);
        (a1 + b1).StoreUnsafe(ref y, 8);
    }

    /// <summary>y = x / rms(x) · weight, for a multiple of 8.</summary>
    internal static void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, Span<float> y)
    {
        var squares = Vector256<float>.Zero;
        for (int i = 0; i < x.Length; i += 8)
        {
            var value = Vector256.Create(x[i..]);
            squares = Vector256.FusedMultiplyAdd(value, value, squares);
        }
        var scale = Vector256.Create(1 / MathF.Sqrt((Vector256.Sum(squares) / x.Length) + EncoderShapes.NormEpsilon));
        for (int i = 0; i < x.Length; i += 8) (Vector256.Create(x[i..]) * scale * Vector256.Create(weight[i..])).CopyTo(y[i..]);
    }

    /// <summary>y += x, for a multiple of 8.</summary>
    internal static void Add(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i += 8) (Vector256.Create(x[i..]) + Vector256.Create(y[i..])).CopyTo(y[i..]);
    }

    /// <summary>x = silu(x), for a multiple of 8.</summary>
    internal static void Silu(Span<float> x)
    {
        for (int i = 0; i < x.Length; i += 8) Silu(Vector256.Create(x[i..])).CopyTo(x[i..]);
    }

    /// <summary>gate = silu(gate) · up, for a multiple of 8.</summary>
    internal static void SwiGlu(Span<float> gate, ReadOnlySpan<float> up)
    {
        for (int i = 0; i < gate.Length; i += 8) (Silu(Vector256.Create(gate[i..])) * Vector256.Create(up[i..])).CopyTo(gate[i..]);
    }

    static Vector256<float> Silu(Vector256<float> x) => x / (Vector256<float>.One + Vector256.Exp(-x));

    /// <summary>
    /// Turns the first <paramref name="count"/> scores into weights that sum to 1, and all others into 0. The span's length is a multiple of 8.
    /// </summary>
    internal static void Softmax(Span<float> scores, int count)
    {
        float highest = scores[0];
        for (int i = 1; i < count; i++) highest = Math.Max(highest, scores[i]);
        for (int i = 0; i < scores.Length; i += 8) Vector256.Exp(Vector256.Create(scores[i..]) - Vector256.Create(highest)).CopyTo(scores[i..]);
        scores[count..].Clear();
        var sum = Vector256<float>.Zero;
        for (int i = 0; i < scores.Length; i += 8) sum += Vector256.Create(scores[i..]);
        var scale = Vector256.Create(1 / Vector256.Sum(sum));
        for (int i = 0; i < scores.Length; i += 8) (Vector256.Create(scores[i..]) * scale).CopyTo(scores[i..]);
    }

    /// <summary>The sum of products, for a multiple of 8.</summary>
    internal static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var sum = Vector256<float>.Zero;
        for (int i = 0; i < x.Length; i += 8) sum = Vector256.FusedMultiplyAdd(Vector256.Create(x[i..]), Vector256.Create(y[i..]), sum);
        return Vector256.Sum(sum);
    }

    /// <summary>Turns eight pairs (x, y) by their angles.</summary>
    internal static void Rotate(Span<float> x, Span<float> y, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        Vector256<float> a = Vector256.Create<float>(x), b = Vector256.Create<float>(y), c = Vector256.Create(cos), s = Vector256.Create(sin);
        ((a * c) - (b * s)).CopyTo(x);
        ((b * c) + (a * s)).CopyTo(y);
    }

    /// <summary>
    /// Sixteen columns of the weighted sum of rows: y = sum of weights[t] · rows[t · stride ...]. The number of weights is a multiple of 4.
    /// </summary>
    internal static void Mix(ReadOnlySpan<float> weights, ref float rows, int stride, ref float y)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (int t = 0; t < weights.Length; t += 4)
        {
            Vector256<float> a = Vector256.Create(weights[t]), b = Vector256.Create(weights[t + 1]);
            Vector256<float> c = Vector256.Create(weights[t + 2]), d = Vector256.Create(weights[t + 3]);
            a0 = Vector256.FusedMultiplyAdd(a, Vector256.LoadUnsafe(ref rows), a0);
            a1 = Vector256.FusedMultiplyAdd(a, Vector256.LoadUnsafe(ref rows, 8), a1);
            rows = ref Unsafe.Add(ref rows, stride);
            b0 = Vector256.FusedMultiplyAdd(b, Vector256.LoadUnsafe(ref rows), b0);
            b1 = Vector256.FusedMultiplyAdd(b, Vector256.LoadUnsafe(ref rows, 8), b1);
            rows = ref Unsafe.Add(ref rows, stride);
            c0 = Vector256.FusedMultiplyAdd(c, Vector256.LoadUnsafe(ref rows), c0);
            c1 = Vector256.FusedMultiplyAdd(c, Vector256.LoadUnsafe(ref rows, 8), c1);
            rows = ref Unsafe.Add(ref rows, stride);
            d0 = Vector256.FusedMultiplyAdd(d, Vector256.LoadUnsafe(ref rows), d0);
            d1 = Vector256.FusedMultiplyAdd(d, Vector256.LoadUnsafe(ref rows, 8), d1);
            rows = ref Unsafe.Add(ref rows, stride);
        }
        ((a0 + b0) + (c0 + d0)).StoreUnsafe(ref y);
        ((a1 + b1) + (c1 + d1)).StoreUnsafe(ref y, 8);
    }
}
