using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vigil.Model;

/// <summary>
/// The inputs of a product that are not 0. Most of a transaction's are: bins above its value, features that never vary. A product over the rest has the bits
/// of <see cref="Kernels.Multiply"/> over all, because what it leaves out would add 0 to a finite sum.
/// </summary>
sealed class ActiveInputs
{
    readonly float[] _values;
    readonly int[] _even, _odd; // indices, which Kernels.Multiply sums apart
    int _evens, _odds;

    internal ActiveInputs(int inputs) => (_values, _even, _odd) = (new float[inputs], new int[inputs + 1], new int[inputs + 1]);

    /// <summary>Where the inputs are written; <see cref="Find"/> must follow.</summary>
    internal Span<float> Values => _values;

    /// <summary>How many there are.</summary>
    internal int Count => _evens + _odds;

    /// <summary>Finds those that are not 0.</summary>
    internal void Find() => (_evens, _odds) = (Collect(0, _even), Collect(1, _odd));

    /// <summary>Without a branch, which could not be foretold: each index is written, and overwritten by the next unless its value is not 0.</summary>
    int Collect(int first, int[] found)
    {
        int count = 0;
        ref int at = ref MemoryMarshal.GetArrayDataReference(found);
        ref int bits = ref Unsafe.As<float, int>(ref MemoryMarshal.GetArrayDataReference(_values));
        for (int i = first; i < _values.Length; i += 2)
        {
            Unsafe.Add(ref at, count) = i;
            int magnitude = Unsafe.Add(ref bits, i) << 1; // of -0, too, it is 0
            count += (magnitude | -magnitude) >>> 31;
        }
        return count;
    }

    /// <summary>y = Wx, over as many whole tiles as y has.</summary>
    internal void Multiply(ReadOnlySpan<float> packed, Span<float> y)
    {
        if (y.Length % Kernels.Tile != 0 || packed.Length < y.Length * _values.Length) throw new ArgumentException("sizes do not match");
        ref float weight = ref MemoryMarshal.GetReference(packed);
        for (int tile = 0; tile < y.Length; tile += Kernels.Tile)
        {
            if (Vector512.IsHardwareAccelerated) Multiply512(ref weight, ref y[tile]);
            else
                for (int quarter = 0; quarter < Kernels.Tile; quarter += 16) Multiply256(ref Unsafe.Add(ref weight, quarter), ref y[tile + quarter]);
            weight = ref Unsafe.Add(ref weight, _values.Length * Kernels.Tile);
        }
    }

    void Multiply512(ref float weight, ref float y)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        int both = Math.Min(_evens, _odds);
        for (int i = 0; i < both; i++)
        {
            Add(ref weight, _even[i], ref a0, ref a1, ref a2, ref a3);
            Add(ref weight, _odd[i], ref b0, ref b1, ref b2, ref b3);
        }
        for (int i = both; i < _evens; i++) Add(ref weight, _even[i], ref a0, ref a1, ref a2, ref a3);
        for (int i = both; i < _odds; i++) Add(ref weight, _odd[i], ref b0, ref b1, ref b2, ref b3);
        (a0 + b0).StoreUnsafe(ref y);
        (a1 + b1).StoreUnsafe(ref y, 16);
        (a2 + b2).StoreUnsafe(ref y, 32);
        (a3 + b3).StoreUnsafe(ref y, 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Add(ref float weight, int input, ref Vector512<float> s0, ref Vector512<float> s1, ref Vector512<float> s2, ref Vector512<float> s3)
    {
        var value = Vector512.Create(_values[input]);
        ref float row = ref Unsafe.Add(ref weight, input * Kernels.Tile);
        s0 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref row), s0);
        s1 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref row, 16), s1);
        s2 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref row, 32), s2);
        s3 = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref row, 48), s3);
    }

    /// <summary>Sixteen outputs of a tile, with the sums of <see cref="Multiply512"/>.</summary>
    internal void Multiply256(ref float weight, ref float y)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default;
        int both = Math.Min(_evens, _odds);
        for (int i = 0; i < both; i++)
        {
            Add(ref weight, _even[i], ref a0, ref a1);
            Add(ref weight, _odd[i], ref b0, ref b1);
        }
        for (int i = both; i < _evens; i++) Add(ref weight, _even[i], ref a0, ref a1);
        for (int i = both; i < _odds; i++) Add(ref weight, _odd[i], ref b0, ref b1);
        (a0 + b0).StoreUnsafe(ref y);
        (a1 + b1).StoreUnsafe(ref y, 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Add(ref float weight, int input, ref Vector256<float> s0, ref Vector256<float> s1)
    {
        var value = Vector256.Create(_values[input]);
        ref float row = ref Unsafe.Add(ref weight, input * Kernels.Tile);
        s0 = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref row), s0);
        s1 = Vector256.FusedMultiplyAdd(value, Vector256.LoadUnsafe(ref row, 8), s1);
    }
}
