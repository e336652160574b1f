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

    /// <summary>Places of one tile of a <see cref="CardCache"/>: one 512-bit vector.</summary>
    internal const int Lanes = 16;

    /// <summary>The next multiple of a number.</summary>
    internal static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>A buffer for so many of <see cref="Multiply"/>'s outputs, in whole tiles.</summary>
    internal static float[] Tiles(int length) => new float[RoundUp(length, Tile)];

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

    /// <summary>y = (x - from) · slope, held within 0 and 1.</summary>
    internal static void Ramp(ReadOnlySpan<float> x, ReadOnlySpan<float> from, ReadOnlySpan<float> slope, Span<float> y)
    {
        int i = 0;
        for (; i + 8 <= y.Length; i += 8)
        {
            var value = (Vector256.Create(x[i..]) - Vector256.Create(from[i..])) * Vector256.Create(slope[i..]);
            Vector256.Min(Vector256.Max(value, Vector256<float>.Zero), Vector256<float>.One).CopyTo(y[i..]);
        }
        for (; i < y.Length; i++) y[i] = Math.Clamp((x[i] - from[i]) * slope[i], 0, 1);
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

    /// <summary>y = (x - mean(x)) / deviation(x) · weight + bias, for a multiple of 8.</summary>
    internal static void LayerNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        var sum = Vector256<float>.Zero;
        for (int i = 0; i < x.Length; i += 8) sum += Vector256.Create(x[i..]);
        var mean = Vector256.Create(Vector256.Sum(sum) / x.Length);
        var squares = Vector256<float>.Zero;
        for (int i = 0; i < x.Length; i += 8)
        {
            var value = Vector256.Create(x[i..]) - mean;
            squares = Vector256.FusedMultiplyAdd(value, value, squares);
        }
        var scale = Vector256.Create(1 / MathF.Sqrt((Vector256.Sum(squares) / x.Length) + EncoderShapes.NormEpsilon));
        for (int i = 0; i < x.Length; i += 8)
            (((Vector256.Create(x[i..]) - mean) * scale * Vector256.Create(weight[i..])) + Vector256.Create(bias[i..])).CopyTo(y[i..]);
    }

    /// <summary>y += x · scale, for a multiple of 8.</summary>
    internal static void AddScaled(ReadOnlySpan<float> x, float scale, Span<float> y)
    {
        var by = Vector256.Create(scale);
        for (int i = 0; i < y.Length; i += 8) Vector256.FusedMultiplyAdd(Vector256.Create(x[i..]), by, Vector256.Create<float>(y[i..])).CopyTo(y[i..]);
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

    /// <summary>Turns scores into weights that sum to 1; one of minus infinity into 0. At least one is finite; the length is a multiple of 8.</summary>
    internal static void Softmax(Span<float> scores)
    {
        var highest = Vector256.Create(float.NegativeInfinity);
        for (int i = 0; i < scores.Length; i += 8) highest = Vector256.Max(highest, Vector256.Create<float>(scores[i..]));
        var shift = Vector256.Create(Highest(highest));
        var sum = Vector256<float>.Zero;
        for (int i = 0; i < scores.Length; i += 8)
        {
            var weight = Vector256.Exp(Vector256.Create<float>(scores[i..]) - shift);
            weight.CopyTo(scores[i..]);
            sum += weight;
        }
        var scale = Vector256.Create(1 / Vector256.Sum(sum));
        for (int i = 0; i < scores.Length; i += 8) (Vector256.Create<float>(scores[i..]) * scale).CopyTo(scores[i..]);
    }

    static float Highest(Vector256<float> values)
    {
        var four = Vector128.Max(values.GetLower(), values.GetUpper());
        return Math.Max(Math.Max(four[0], four[1]), Math.Max(four[2], four[3]));
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
    /// The products of queries with the sixteen keys of a tile, [number][place]: scores[head · stride + place]. Queries follow each other, each as
    /// long as a key.
    /// </summary>
    internal static void Match(ReadOnlySpan<float> tile, ReadOnlySpan<float> queries, int heads, Span<float> scores, int stride)
    {
        int length = tile.Length / Lanes, head = 0;
        ref float keys = ref MemoryMarshal.GetReference(tile);
        if (queries.Length < heads * length || scores.Length < ((heads - 1) * stride) + Lanes) throw new ArgumentException("sizes do not match");
        for (; head + 4 <= heads; head += 4)
        {
            ref float query = ref Unsafe.Add(ref MemoryMarshal.GetReference(queries), head * length);
            ref float score = ref Unsafe.Add(ref MemoryMarshal.GetReference(scores), head * stride);
            if (Vector512.IsHardwareAccelerated) Match512(ref keys, ref query, length, ref score, stride);
            else
                for (int half = 0; half < Lanes; half += 8)
                    Match256(ref Unsafe.Add(ref keys, half), ref query, length, ref Unsafe.Add(ref score, half), stride);
        }
        for (; head < heads; head++)
            for (int half = 0; half < Lanes; half += 8)
                Match(ref Unsafe.Add(ref keys, half), queries.Slice(head * length, length), scores[((head * stride) + half)..]);
    }

    /// <summary>Four queries, sixteen keys.</summary>
    static void Match512(ref float keys, ref float query, int length, ref float score, int stride)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        for (int i = 0; i < length; i++)
        {
            var key = Vector512.LoadUnsafe(ref keys, (nuint)(i * Lanes));
            a = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref query, i)), key, a);
            b = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref query, i + length)), key, b);
            c = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref query, i + (2 * length))), key, c);
            d = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref query, i + (3 * length))), key, d);
        }
        a.StoreUnsafe(ref score);
        b.StoreUnsafe(ref score, (nuint)stride);
        c.StoreUnsafe(ref score, (nuint)(2 * stride));
        d.StoreUnsafe(ref score, (nuint)(3 * stride));
    }

    /// <summary>Four queries, eight keys, with the sums of <see cref="Match512"/>.</summary>
    internal static void Match256(ref float keys, ref float query, int length, ref float score, int stride)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        for (int i = 0; i < length; i++)
        {
            var key = Vector256.LoadUnsafe(ref keys, (nuint)(i * Lanes));
            a = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref query, i)), key, a);
            b = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref query, i + length)), key, b);
            c = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref query, i + (2 * length))), key, c);
            d = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref query, i + (3 * length))), key, d);
        }
        a.StoreUnsafe(ref score);
        b.StoreUnsafe(ref score, (nuint)stride);
        c.StoreUnsafe(ref score, (nuint)(2 * stride));
        d.StoreUnsafe(ref score, (nuint)(3 * stride));
    }

    /// <summary>One query, eight keys.</summary>
    static void Match(ref float keys, ReadOnlySpan<float> query, Span<float> scores)
    {
        Vector256<float> sum = default;
        for (int i = 0; i < query.Length; i++)
            sum = Vector256.FusedMultiplyAdd(Vector256.Create(query[i]), Vector256.LoadUnsafe(ref keys, (nuint)(i * Lanes)), sum);
        sum.CopyTo(scores);
    }

    /// <summary>
    /// The weighted sum of the first numbers of places, as many as y has (a multiple of 8): of each tile, named by its start, sixteen weights.
    /// </summary>
    internal static void Mix(ReadOnlySpan<float> memory, ReadOnlySpan<int> tiles, ReadOnlySpan<float> weights, Span<float> y)
    {
        if (weights.Length < tiles.Length * Lanes) throw new ArgumentException("sizes do not match");
        for (int number = 0; number < y.Length; number += 8)
        {
            if (Vector512.IsHardwareAccelerated) Mix512(memory, tiles, number, weights, y.Slice(number, 8));
            else
                for (int two = 0; two < 8; two += 2) Mix256(memory, tiles, number + two, weights, y.Slice(number + two, 2));
        }
    }

    /// <summary>Eight numbers at once.</summary>
    static void Mix512(ReadOnlySpan<float> memory, ReadOnlySpan<int> tiles, int number, ReadOnlySpan<float> weights, Span<float> y)
    {
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        ref float weight = ref MemoryMarshal.GetReference(weights);
        for (int i = 0; i < tiles.Length; i++)
        {
            var by = Vector512.LoadUnsafe(ref weight, (nuint)(i * Lanes));
            ref float row = ref MemoryMarshal.GetReference(memory.Slice(tiles[i] + (number * Lanes), 8 * Lanes));
            a = Vector512.FusedMultiplyAdd(by, Vector512.LoadUnsafe(ref row), a);
            b = Vector512.FusedMultiplyAdd(by, Vector512.LoadUnsafe(ref row, 16), b);
            c = Vector512.FusedMultiplyAdd(by, Vector512.LoadUnsafe(ref row, 32), c);
            d = Vector512.FusedMultiplyAdd(by, Vector512.LoadUnsafe(ref row, 48), d);
            e = Vector512.FusedMultiplyAdd(by, Vector512.LoadUnsafe(ref row, 64), e);
            f = Vector512.FusedMultiplyAdd(by, Vector512.LoadUnsafe(ref row, 80), f);
            g = Vector512.FusedMultiplyAdd(by, Vector512.LoadUnsafe(ref row, 96), g);
            h = Vector512.FusedMultiplyAdd(by, Vector512.LoadUnsafe(ref row, 112), h);
        }
        (y[0], y[1], y[2], y[3]) = (Sum(a), Sum(b), Sum(c), Sum(d));
        (y[4], y[5], y[6], y[7]) = (Sum(e), Sum(f), Sum(g), Sum(h));

        static float Sum(Vector512<float> lanes) => Vector256.Sum(lanes.GetLower() + lanes.GetUpper());
    }

    /// <summary>Two numbers at once, with the sums of <see cref="Mix512"/>.</summary>
    internal static void Mix256(ReadOnlySpan<float> memory, ReadOnlySpan<int> tiles, int number, ReadOnlySpan<float> weights, Span<float> y)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default;
        ref float weight = ref MemoryMarshal.GetReference(weights);
        for (int i = 0; i < tiles.Length; i++)
        {
            Vector256<float> low = Vector256.LoadUnsafe(ref weight, (nuint)(i * Lanes)), high = Vector256.LoadUnsafe(ref weight, (nuint)((i * Lanes) + 8));
            ref float row = ref MemoryMarshal.GetReference(memory.Slice(tiles[i] + (number * Lanes), 2 * Lanes));
            a0 = Vector256.FusedMultiplyAdd(low, Vector256.LoadUnsafe(ref row), a0);
            a1 = Vector256.FusedMultiplyAdd(high, Vector256.LoadUnsafe(ref row, 8), a1);
            b0 = Vector256.FusedMultiplyAdd(low, Vector256.LoadUnsafe(ref row, 16), b0);
            b1 = Vector256.FusedMultiplyAdd(high, Vector256.LoadUnsafe(ref row, 24), b1);
        }
        (y[0], y[1]) = (Vector256.Sum(a0 + a1), Vector256.Sum(b0 + b1));
    }
}
