using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Vigil.Model;

/// <summary>
/// A block of the architecture "lstm" (Hochreiter and Schmidhuber, https://doi.org/10.1162/neco.1997.9.8.1735), the baseline that the encoders are measured
/// against: a state instead of attention, which begins at zero where the context does. Tokens and head are those of the other architectures.
/// </summary>
sealed class LstmBlock : EncoderBlock
{
    readonly RmsNorm norm;
    readonly LSTM lstm;

    internal LstmBlock(string name, EncoderConfig config) : base(name)
    {
        norm = new(nameof(norm), config.Width);
        lstm = LSTM(config.Width, config.Width, batchFirst: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, EncoderBatch batch, int first)
    {
        var (y, _, _) = lstm.forward(norm.forward(x), null);                                         // (B, T, W)
        return y.narrow(1, first, y.shape[1] - first);                                               // (B, Q, W)
    }

    /// <summary>The names and shapes of one block's weights; the gates follow one another: input, forget, cell, output.</summary>
    internal static Dictionary<string, int[]> Shapes(EncoderConfig config) => new()
    {
        ["norm.weight"] = [config.Width],
        ["lstm.weight_ih_l0"] = [4 * config.Width, config.Width],
        ["lstm.weight_hh_l0"] = [4 * config.Width, config.Width],
        ["lstm.bias_ih_l0"] = [4 * config.Width],
        ["lstm.bias_hh_l0"] = [4 * config.Width],
    };
}
