using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Vigil.Model;

/// <summary>
/// What <see cref="FraudEncoder"/> stacks: one block of an architecture, on the tensor library. Its twin on the CPU is a <see cref="DecoderLayer"/>.
/// </summary>
abstract class EncoderBlock(string name) : Module<Tensor, EncoderBatch, int, Tensor>(name)
{
    /// <summary>From the stream of all transactions, (B, T, W), to that of those from a first one on, which see all before them: (B, Q, W).</summary>
    public abstract override Tensor forward(Tensor x, EncoderBatch batch, int first);

    /// <summary>For scores of attention, (Q, T): 0, and minus infinity for what comes later.</summary>
    internal static Tensor Causal(Tensor x, int first) => ones(x.shape[1] - first, x.shape[1], dtype: x.dtype, device: x.device).tril(first).log();
}
