using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Vigil.Model;

// A block of the architecture "base", read from top to bottom: distances, attention by relative position, the block, its weights' shapes.
//
// Notable choices
// - Transformer-XL (https://arxiv.org/abs/1901.02860): a key's position is its distance from the query, in transactions, as sinusoids through a matrix of their
//   own; one bias of the query each for content and for position (section 3.3)
// - segment recurrence (section 3.2): the memory is seen, but nothing is learnt through it. Its states are computed anew from its own tokens, as if nothing had
//   come before them, and not kept from the segment's own turn: so any cache can be rebuilt (SequenceScorer)
// - norms before each part instead of after it (https://arxiv.org/abs/2002.04745), which needs no long warm-up
//
// Letters: B batch, T transactions, Q the last of them that are wanted, W width, H heads, D a head's width, S hidden width.

/// <summary>Distances between transactions as sinusoids.</summary>
static class RelativeDistances
{
    /// <summary>Those of 0, 1, 2 ..., sines first: (count, W).</summary>
    internal static float[] Table(int count, int width)
    {
        float[] table = new float[count * width];
        for (int i = 0; i < count * width / 2; i++)
        {
            int distance = i / (width / 2), wave = i % (width / 2);
            (double sin, double cos) = Math.SinCos(distance * Math.Pow(10_000, -2.0 * wave / width));
            (table[(distance * width) + wave], table[(distance * width) + (width / 2) + wave]) = ((float)sin, (float)cos);
        }
        return table;
    }
}

/// <summary>Multi-head attention by content and by distance.</summary>
sealed class RelativeAttention : Module<Tensor, int, Tensor>
{
    readonly int _heads, _headWidth;
    readonly Scalar _scale;
    readonly Linear query_key_value, position, merge;
    readonly Parameter content_bias, position_bias;
    readonly Tensor distances; // (context, W)

    internal RelativeAttention(string name, EncoderConfig config) : base(name)
    {
        (_heads, _headWidth, _scale) = (config.Heads, config.HeadWidth, 1 / MathF.Sqrt(config.HeadWidth));
        query_key_value = Linear(config.Width, 3 * config.Width, hasBias: false);
        position = Linear(config.Width, config.Width, hasBias: false);
        merge = Linear(config.Width, config.Width, hasBias: false);
        content_bias = Parameter(zeros(config.Width));
        position_bias = Parameter(zeros(config.Width));
        distances = tensor(RelativeDistances.Table(config.Context, config.Width), [config.Context, config.Width]);
        RegisterComponents();
    }

    /// <summary>What the transactions from <paramref name="first"/> on see.</summary>
    public override Tensor forward(Tensor x, int first)
    {
        long rows = x.shape[0], length = x.shape[1], wanted = length - first;
        var all = query_key_value.forward(x).chunk(3, -1);                                          // 3 x (B, T, W)
        var query = all[0].narrow(1, first, wanted);                                                // (B, Q, W)
        var far = position.forward(distances.narrow(0, 0, length).flip(0));                         // (T, W), the farthest first
        var byDistance = Shift(Heads(query.Plus(position_bias)).matmul(Heads(far.unsqueeze(0)).transpose(2, 3))); // (B, H, Q, T)
        var mask = EncoderBlock.Causal(x, first);                                                   // (Q, T)
        var seen = F.scaled_dot_product_attention(
            Heads(query.Plus(content_bias)), Heads(all[1]), Heads(all[2]), attn_mask: byDistance.mul(_scale).Plus(mask)); // (B, H, Q, D)
        return merge.forward(seen.transpose(1, 2).reshape(rows, wanted, -1));                       // (B, Q, W)

        Tensor Heads(Tensor y) => y.view(y.shape[0], y.shape[1], _heads, _headWidth).transpose(1, 2); // (B, H, T, D)
    }

    /// <summary>From a column for each distance, the farthest of the last query first, to a column for each key: the paper's appendix B.</summary>
    static Tensor Shift(Tensor x)
    {
        long rows = x.shape[0], heads = x.shape[1], queries = x.shape[2], keys = x.shape[3];
        var padded = cat([zeros([rows, heads, queries, 1], dtype: x.dtype, device: x.device), x], -1);
        return padded.view(rows, heads, keys + 1, queries).narrow(2, 1, keys).reshape(rows, heads, queries, keys);
    }
}

/// <summary>Attention, then feed-forward, each on the normed stream and added to it.</summary>
sealed class RelativeBlock : EncoderBlock
{
    readonly LayerNorm attention_norm, feed_norm;
    readonly RelativeAttention attention;
    readonly Linear up, down;

    internal RelativeBlock(string name, EncoderConfig config) : base(name)
    {
        attention_norm = LayerNorm(config.Width, EncoderShapes.NormEpsilon);
        attention = new(nameof(attention), config);
        feed_norm = LayerNorm(config.Width, EncoderShapes.NormEpsilon);
        up = Linear(config.Width, config.Hidden);
        down = Linear(config.Hidden, config.Width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, EncoderBatch batch, int first)
    {
        long memory = batch.First, length = x.shape[1];
        if (memory > 0) x = cat([x.narrow(1, 0, memory).detach(), x.narrow(1, memory, length - memory)], 1);
        var y = x.narrow(1, first, length - first).Plus(attention.forward(attention_norm.forward(x), first)); // (B, Q, W)
        return y.Plus(down.forward(F.relu(up.forward(feed_norm.forward(y)))));                      // (B, Q, W)
    }

    /// <summary>The names and shapes of one block's weights.</summary>
    internal static Dictionary<string, int[]> Shapes(EncoderConfig config) => new()
    {
        ["attention_norm.weight"] = [config.Width],
        ["attention_norm.bias"] = [config.Width],
        ["attention.query_key_value.weight"] = [3 * config.Width, config.Width],
        ["attention.position.weight"] = [config.Width, config.Width],
        ["attention.content_bias"] = [config.Width],
        ["attention.position_bias"] = [config.Width],
        ["attention.merge.weight"] = [config.Width, config.Width],
        ["feed_norm.weight"] = [config.Width],
        ["feed_norm.bias"] = [config.Width],
        ["up.weight"] = [config.Hidden, config.Width],
        ["up.bias"] = [config.Hidden],
        ["down.weight"] = [config.Width, config.Hidden],
        ["down.bias"] = [config.Width],
    };
}
