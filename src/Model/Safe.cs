using TorchSharp;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>
/// Tensor operations that a garbage collection cannot break. TorchSharp 0.107 turns a number given to an operation, also the 1 that its + operator
/// scales the right side by, into a Scalar that nothing refers to while native code reads it; a collection in that moment frees it, and the operation
/// fails ("Unknown scalar type") or reads another number. So every Scalar here is held by a field, and training uses no operation that makes one.
/// This type, and <see cref="AdamW"/> with it, can go when TorchSharp holds them until the native call returns: in its operators
/// (https://github.com/dotnet/TorchSharp/pull/1434) and in everything else that takes a number (https://github.com/dotnet/TorchSharp/pull/1496).
/// </summary>
static class Safe
{
    internal static readonly Scalar One = 1; // whole, so that whole numbers can be added too

    static readonly Scalar _epsilon = EncoderShapes.NormEpsilon;

    /// <summary>x + y.</summary>
    internal static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x + <see cref="EncoderShapes.NormEpsilon"/>.</summary>
    internal static Tensor PlusEpsilon(this Tensor x) => x.add(_epsilon, One);

    /// <summary>The only element.</summary>
    internal static float Value(this Tensor x)
    {
        using var alone = x.detach(); // held: outside a dispose scope nothing else does
        using var local = alone.cpu();
        return local.data<float>()[0];
    }
}
