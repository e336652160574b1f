using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>Windows of several cards as tensors, padded at the end. Attention is causal, so no transaction sees the padding after it.</summary>
/// <param name="Numeric">Standardised features and their bins, (B, T, N).</param>
/// <param name="Categorical">Categories, 64-bit, (B, T, C).</param>
/// <param name="Cos">Cosines of the rotary angles, of each twice, (B, T, 1, P).</param>
/// <param name="Sin">Sines, negated and then as they are, (B, T, 1, P).</param>
/// <param name="First">The first transaction whose logit is wanted: 0, or the length of the memory where every window begins with one.</param>
sealed record EncoderBatch(Tensor Numeric, Tensor Categorical, Tensor Cos, Tensor Sin, int First)
{
    /// <summary>Where the keys of the transactions are kept, for steps to come; null: nowhere.</summary>
    internal PagedWrite? Written { get; init; }

    /// <summary>One transaction of each card, which sees the earlier ones that are kept; null: the transactions see each other.</summary>
    internal PagedStep? Step { get; init; }
}
