using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Vigil.Model;

// A block of the architecture "r1", read from top to bottom: norm, rotary, multi-head latent attention, the block, its weights' shapes.
//
// Notable choices
// - RMSNorm before each part and no biases (https://arxiv.org/abs/1910.07467); SwiGLU feed-forward (https://arxiv.org/abs/2002.05202)
// - multi-head latent attention (DeepSeek-V2, https://arxiv.org/abs/2405.04434, section 2.1; DeepSeek-V3, https://arxiv.org/abs/2412.19437): a transaction's
//   keys and values of all heads are drawn from one small latent, which is all that a cache holds of it, beside ...
// - ... a decoupled rotary key: position must not be mixed into what is drawn from the latent, so it has a key of its own, which all heads share. Position here
//   is event time (TimeRotary)
// - beyond a window, attention is sparse (SparseAttention). It works on latents, for keys of every head would have to be gathered otherwise
//
// Letters: B batch, T transactions, Q the last of them that are wanted, W width, H heads, D a head's width, R the latent's, P the rotary key's, S hidden width.

/// <summary>x / rms(x) · weight.</summary>
sealed class RmsNorm : Module<Tensor, Tensor>
{
    readonly Parameter weight;

    internal RmsNorm(string name, int width) : base(name)
    {
        weight = Parameter(ones(width));
        RegisterComponents();
    }

    /// <summary>Means are those of 32-bit floats.</summary>
    public override Tensor forward(Tensor x)
    {
        var wide = x.to(ScalarType.Float32);
        return (wide * (wide * wide).mean([-1], keepdim: true).PlusEpsilon().rsqrt()).to(x.dtype) * weight; // (B, T, W)
    }
}

/// <summary>Multi-head latent attention: every head sees all transactions up to its own, through what their latents tell.</summary>
sealed class LatentAttention : Module<Tensor, EncoderBatch, int, Tensor>
{
    readonly int _index, _heads, _headWidth;
    readonly long[] _query, _latent;
    readonly int _window = int.MaxValue;
    readonly SparseAttention? _sparse;
    readonly float _scale;
    readonly Scalar _scaleKept;
    readonly Linear query, latent, key, value, merge;
    readonly Linear? gate;
    readonly RmsNorm latent_norm;

    internal LatentAttention(string name, EncoderConfig config, int index) : base(name)
    {
        (_index, _heads, _headWidth) = (index, config.Heads, config.HeadWidth);
        (_query, _latent) = ([config.HeadWidth, config.Rotary], [config.Latent, config.Rotary]);
        query = Linear(config.Width, config.Heads * (config.HeadWidth + config.Rotary), hasBias: false);
        latent = Linear(config.Width, config.Latent + config.Rotary, hasBias: false);
        latent_norm = new(nameof(latent_norm), config.Latent);
        key = Linear(config.Latent, config.Width, hasBias: false);
        value = Linear(config.Latent, config.Width, hasBias: false);
        merge = Linear(config.Width, config.Width, hasBias: false);
        _scaleKept = _scale = 1 / MathF.Sqrt(config.HeadWidth + config.Rotary);
        if (config.Sparse is { } sparse)
        {
            (_sparse, _window) = (new(sparse, config.Latent), (sparse.Window + 1) * sparse.Block);
            gate = Linear(config.Width, 3 * config.Heads);
        }
        RegisterComponents();
    }

    /// <summary>What the transactions from <paramref name="first"/> on see.</summary>
    public override Tensor forward(Tensor x, EncoderBatch batch, int first)
    {
        long rows = x.shape[0], length = x.shape[1];
        var queries = query.Of(x).view(rows, length, _heads, -1).split(_query, -1);                 // (B, T, H, D), (B, T, H, P)
        var latents = latent.Of(x).split(_latent, -1);                                              // (B, T, R), (B, T, P)
        var (q, c) = (Rotate(queries[1], batch), latent_norm.forward(latents[0]));                  // (B, T, H, P), (B, T, R)
        var shared = Rotate(latents[1].unsqueeze(2), batch);                                        // (B, T, 1, P)
        batch.Written?.Write(_index, Keys());
        var seen = batch.Step is { } step ? ThroughLatents(queries[0], q, all => step.Attend(_index, all, Gates()))
            : length <= _window ? Dense(queries[0], q, c, shared.squeeze(2), first)
            : ThroughLatents(queries[0], q, all => _sparse!.Forward(all, Keys(), Gates()!, first)); // (B, Q, H, D)
        return merge.Of(seen.reshape(rows, length - first, -1));                                    // (B, Q, W)

        Tensor Keys() => cat([c, shared.squeeze(2)], -1);                                           // (B, T, R + P)
        Tensor? Gates() => gate is null ? null : F.logsigmoid(gate.forward(x)).view(rows, length, 3, _heads); // (B, T, 3, H)
    }

    /// <summary>Keys and values are drawn from the latents for every head: cheapest where all queries see all of them.</summary>
    Tensor Dense(Tensor queries, Tensor rotary, Tensor latents, Tensor shared, int first)
    {
        long rows = latents.shape[0], length = latents.shape[1], wanted = length - first;
        Tensor q = Heads(queries.narrow(1, first, wanted)), turned = Heads(rotary.narrow(1, first, wanted)); // (B · H, Q, D), (B · H, Q, P)
        Tensor k = Heads(key.Of(latents)), v = Heads(value.Of(latents));                            // (B · H, T, D)
        // What time and content tell, added by the products themselves: TorchSharp's baddbmm takes what is added last.
        var mask = EncoderBlock.Causal(latents, first).repeat(_heads, 1);                           // (H · Q, T)
        var scores = turned.reshape(rows, _heads * wanted, -1).baddbmm(shared.transpose(1, 2), mask, 1, _scale); // (B, H · Q, T)
        scores = q.baddbmm(k.transpose(1, 2), scores.reshape(-1, wanted, length), 1, _scale);       // (B · H, Q, T)
        return F.softmax(scores, -1).bmm(v).reshape(rows, _heads, wanted, _headWidth).transpose(1, 2); // (B, Q, H, D)

        Tensor Heads(Tensor all) => all.view(rows, all.shape[1], _heads, -1).transpose(1, 2).reshape(rows * _heads, all.shape[1], -1);
    }

    /// <summary>The same products the other way round: queries go through the key's matrix to the latents, and means of latents through the value's.</summary>
    Tensor ThroughLatents(Tensor queries, Tensor rotary, Func<Tensor, Tensor> attend)
    {
        var absorbed = einsum("bthd,hdr->bthr", queries, PerHead(key));                             // (B, T, H, R)
        var seen = attend(cat([absorbed, rotary], -1).mul(_scaleKept));                             // (B, T, H, R + P) to (B, Q, H, R)
        return einsum("bthr,hdr->bthd", seen, PerHead(value));                                      // (B, Q, H, D)

        Tensor PerHead(Linear all) => all.weight.view(_heads, _headWidth, -1);                      // (H, D, R)
    }

    /// <summary>Turns the pair (p, p + P/2) by its angle.</summary>
    static Tensor Rotate(Tensor x, EncoderBatch batch)
    {
        var other = x.roll(x.shape[^1] / 2, -1);                                                    // (B, T, H, P)
        return (x * batch.Cos).addcmul(other, batch.Sin, Safe.One);
    }
}

/// <summary>Attention, then feed-forward, each on the normed stream and added to it.</summary>
sealed class LatentBlock : EncoderBlock
{
    readonly RmsNorm attention_norm, feed_norm;
    readonly LatentAttention attention;
    readonly Linear gate_up, down;

    internal LatentBlock(string name, EncoderConfig config, int index) : base(name)
    {
        attention_norm = new(nameof(attention_norm), config.Width);
        attention = new(nameof(attention), config, index);
        feed_norm = new(nameof(feed_norm), config.Width);
        gate_up = Linear(config.Width, 2 * config.Hidden, hasBias: false);
        down = Linear(config.Hidden, config.Width, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, EncoderBatch batch, int first)
    {
        var y = x.narrow(1, first, x.shape[1] - first).Plus(attention.forward(attention_norm.forward(x), batch, first)); // (B, Q, W)
        var halves = gate_up.Of(feed_norm.forward(y)).chunk(2, -1);                                 // 2 x (B, Q, S)
        return y.Plus(down.Of(F.silu(halves[0]) * halves[1]));                                      // (B, Q, W)
    }

    /// <summary>The names and shapes of one block's weights.</summary>
    internal static Dictionary<string, int[]> Shapes(EncoderConfig config)
    {
        var shapes = new Dictionary<string, int[]>
        {
            ["attention_norm.weight"] = [config.Width],
            ["attention.query.weight"] = [config.Heads * (config.HeadWidth + config.Rotary), config.Width],
            ["attention.latent.weight"] = [config.Latent + config.Rotary, config.Width],
            ["attention.latent_norm.weight"] = [config.Latent],
            ["attention.key.weight"] = [config.Width, config.Latent],
            ["attention.value.weight"] = [config.Width, config.Latent],
            ["attention.merge.weight"] = [config.Width, config.Width],
            ["feed_norm.weight"] = [config.Width],
            ["gate_up.weight"] = [2 * config.Hidden, config.Width],
            ["down.weight"] = [config.Width, config.Hidden],
        };
        if (config.Sparse is null) return shapes;
        shapes["attention.gate.weight"] = [3 * config.Heads, config.Width];
        shapes["attention.gate.bias"] = [3 * config.Heads];
        return shapes;
    }
}
