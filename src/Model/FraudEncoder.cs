using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Vigil.Model;

// A causal transformer over one card's transactions, read from top to bottom: head, encoder, initial weights. What lies between tokens and head is in the
// blocks of an architecture: LatentBlock (r1), RelativeBlock (base), LstmBlock (lstm).
//
// Notable choices
// - one token per transaction: standardised numeric features and their bins (NumericBins) through a linear layer, plus one embedding per categorical feature
// - the head also reads the newest token's own features: most of what tells a fraud is there, and no attention has to carry it
// - Decoder computes the same numbers one transaction at a time; tests hold it to this file
//
// Letters: B batch, T transactions, Q the last of them whose logits are wanted, N numeric inputs and C categorical features, W width.

/// <summary>From the encoded transaction and its own features to the logit of fraud.</summary>
sealed class FraudHead : Module<Tensor, Tensor, Tensor>
{
    readonly RmsNorm norm;
    readonly Linear encoded, skip, logit;

    internal FraudHead(string name, EncoderConfig config, int features) : base(name)
    {
        norm = new(nameof(norm), config.Width);
        encoded = Linear(config.Width, config.HeadHidden, hasBias: false);
        skip = Linear(features, config.HeadHidden);
        logit = Linear(config.HeadHidden, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor own) =>
        logit.forward(F.silu(encoded.Of(norm.forward(x)).Plus(skip.Of(own)))).squeeze(-1);          // (B, Q)

    /// <summary>By the transactions' own features alone.</summary>
    internal Tensor Alone(Tensor own) => logit.forward(F.silu(skip.Of(own))).squeeze(-1);          // (B, Q)
}

/// <summary>The whole encoder: tokens, blocks, head.</summary>
sealed class FraudEncoder : Module<EncoderBatch, Tensor>
{
    readonly Linear numeric;
    readonly ModuleList<Embedding> categorical = new();
    readonly ModuleList<EncoderBlock> blocks = new();
    readonly FraudHead head;

    internal FraudEncoder(EncoderConfig config) : base(nameof(FraudEncoder))
    {
        int features = config.Inputs(Features.FeatureList.Numeric.Count);
        numeric = Linear(features, config.Width);
        foreach (var feature in Features.FeatureList.Categorical) categorical.Add(Embedding(feature.Cardinality, config.Width));
        for (int i = 0; i < config.Layers; i++) blocks.Add(EncoderArchitecture.Of(config).NewBlock(config, i));
        head = new(nameof(head), config, features);
        RegisterComponents();
    }

    /// <summary>Logits of the transactions from the batch's first wanted one on.</summary>
    public override Tensor forward(EncoderBatch batch)
    {
        var x = Encode(batch);                                                                      // (B, Q, W)
        return head.forward(x, batch.Numeric.narrow(1, batch.First, x.shape[1]));                   // (B, Q)
    }

    /// <summary>Logits of all of the batch's transactions by their own features alone.</summary>
    internal Tensor Alone(EncoderBatch batch) => head.Alone(batch.Numeric);                           // (B, T)

    /// <summary>Those transactions as the head reads them.</summary>
    internal Tensor Encode(EncoderBatch batch)
    {
        var x = numeric.Of(batch.Numeric);                                                          // (B, T, W)
        for (int i = 0; i < categorical.Count; i++) x = x.Plus(categorical[i].forward(batch.Categorical.select(2, i)));
        for (int i = 0; i < blocks.Count; i++) x = blocks[i].forward(x, batch, i + 1 == blocks.Count ? batch.First : 0);
        return x;
    }

    /// <summary>
    /// Draws the weights that training starts from, with a generator of our own, so that a seed means the same on every version of the tensor library.
    /// norms: 1. biases: 0, but the logit's: the log odds of fraud. matrices: N(0, 1 / inputs); those that add to the stream (merge, down): further
    /// divided by 2 · layers. embeddings: N(0, 0.02²). the matrices of the logit and of the gates: 0, so all gates are equal. an LSTM's forget gate: 1
    /// (https://proceedings.mlr.press/v37/jozefowicz15.html), so that it remembers at first.
    /// </summary>
    internal static Dictionary<string, Weight> InitialWeights(EncoderConfig config, int seed, double logOdds)
    {
        var random = new Random(seed);
        return EncoderShapes.Of(config).ToDictionary(shape => shape.Key, shape => new Weight(shape.Value, Draw(shape.Key, shape.Value)));

        float[] Draw(string name, int[] shape)
        {
            float[] values = new float[shape.Aggregate(1, (product, size) => product * size)];
            if (name == "head.logit.bias") Array.Fill(values, (float)logOdds);
            else if (name.EndsWith("norm.weight", StringComparison.Ordinal)) Array.Fill(values, 1);
            else if (name.EndsWith("lstm.bias_ih_l0", StringComparison.Ordinal)) Array.Fill(values, 1, config.Width, config.Width);
            else if (name.EndsWith("bias", StringComparison.Ordinal) || name.EndsWith("bias_hh_l0", StringComparison.Ordinal)
                || name.EndsWith("logit.weight", StringComparison.Ordinal) || name.EndsWith("attention.gate.weight", StringComparison.Ordinal)) return values;
            else Gaussian(values, Deviation(name, shape[^1]));
            return values;
        }

        double Deviation(string name, int inputs) =>
            name.StartsWith("categorical", StringComparison.Ordinal) ? 0.02
            : name.EndsWith("merge.weight", StringComparison.Ordinal) || name.EndsWith("down.weight", StringComparison.Ordinal)
            ? Math.Sqrt(1.0 / inputs / (2 * config.Layers))
            : Math.Sqrt(1.0 / inputs);

        void Gaussian(float[] values, double deviation) // Box and Muller
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }

    /// <summary>Replaces every weight.</summary>
    internal void SetWeights(IReadOnlyDictionary<string, Weight> weights)
    {
        foreach (var (name, parameter) in named_parameters()) parameter.Set(weights[name]);
    }

    /// <summary>Copies every weight.</summary>
    internal Dictionary<string, Weight> GetWeights() => named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.ToWeight());
}
