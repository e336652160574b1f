using Microsoft.ML.OnnxRuntime;
using Vigil.Model;

namespace Vigil.Bench;

/// <summary>
/// A step of the architecture r1 through ONNX Runtime on one thread: the same weights, the same absorbed matrices, the same keys cached. It is spared the
/// numeric bins and the embeddings' sum, which are given, and the writing of its key into the cache.
/// </summary>
sealed class OnnxStep : IDisposable
{
    readonly InferenceSession _session;
    readonly RunOptions _options = new();
    readonly string[] _names;
    readonly OrtValue[] _values;

    /// <param name="checkpoint">The model, of dense attention or with a context within the window.</param>
    /// <param name="inputs">The newest transaction's, expanded by the bins.</param>
    /// <param name="embedded">The sum of its categories' embeddings.</param>
    /// <param name="angles">Cosines, then sines of its rotary angles.</param>
    /// <param name="keys">Of each layer: what it has cached of the transactions before, [transaction][number].</param>
    internal OnnxStep(Checkpoint checkpoint, float[] inputs, float[] embedded, (float[] Cos, float[] Sin) angles, float[][] keys)
    {
        var config = checkpoint.Manifest.Config;
        int perPlace = config.CachedPerPlace;
        var graph = new OnnxGraph();
        var given = new List<(string Name, OrtValue Value)>();
        string Given(string name, float[] values, params long[] shape)
        {
            given.Add((graph.Input(name, shape), OrtValue.CreateTensorValueFromMemory(values, shape)));
            return name;
        }

        string input = Given("inputs", inputs, 1, inputs.Length);
        string x = Add(Linear(input, "numeric.weight", config.Width), Constant("numeric.bias"));
        x = Add(x, Given("embedded", embedded, 1, config.Width));
        string cos = Given("cos", angles.Cos, 1, angles.Cos.Length), sin = Given("sin", angles.Sin, 1, angles.Sin.Length);
        for (int layer = 0; layer < config.Layers; layer++)
            x = Block(layer, x, Given($"keys{layer}", keys[layer], keys[layer].Length / perPlace, perPlace));
        string encoded = Linear(graph.RmsNorm(x, Weight("head.norm.weight"), EncoderShapes.NormEpsilon), "head.encoded.weight", config.HeadHidden);
        string head = graph.Silu(Add(Add(encoded, Linear(input, "head.skip.weight", config.HeadHidden)), Constant("head.skip.bias")));
        graph.Output(Add(Linear(head, "head.logit.weight", 1), Constant("head.logit.bias")), "logit", 1, 1);

        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        _session = new(graph.ToBytes(), options);
        (_names, _values) = ([.. given.Select(one => one.Name)], [.. given.Select(one => one.Value)]);

        string Block(int layer, string x, string keys)
        {
            string Name(string name) => $"blocks.{layer}.{name}";
            float[] Value(string name) => Weight(Name(name));
            float[] project = [.. LatentLayer.AbsorbedQueries(config, Value), .. Value("attention.latent.weight")];
            string normed = graph.RmsNorm(x, Value("attention_norm.weight"), EncoderShapes.NormEpsilon);
            string projected = graph.Node("MatMul", normed, graph.Transposed(project, project.Length / config.Width, config.Width));
            string places = graph.Node("Reshape", projected, graph.Constant([config.Heads + 1, perPlace]));
            string[] parts = graph.Split(places, 1, config.Latent, config.Rotary / 2, config.Rotary / 2);
            string[] latents = graph.Split(parts[0], 0, config.Heads, 1);
            string latent = graph.RmsNorm(latents[1], Value("attention.latent_norm.weight"), EncoderShapes.NormEpsilon);
            string rotary = Concat(1, Sub(Mul(parts[1], cos), Mul(parts[2], sin)), Add(Mul(parts[2], cos), Mul(parts[1], sin)));
            string[] rotaries = graph.Split(rotary, 0, config.Heads, 1);
            string all = Concat(0, keys, Concat(1, latent, rotaries[1]));
            string scores = graph.Node("MatMul", Concat(1, latents[0], rotaries[0]), graph.Node("Transpose", all));
            string seen = graph.Node("MatMul", graph.Node("Softmax", scores), graph.Split(all, 1, config.Latent, config.Rotary)[0]);
            string merged = graph.Node("Reshape", seen, graph.Constant([1, config.Heads * config.Latent]));
            x = Add(x, graph.Node("MatMul", merged, graph.Transposed(LatentLayer.AbsorbedMerge(config, Value), config.Width, config.Heads * config.Latent)));
            normed = graph.RmsNorm(x, Value("feed_norm.weight"), EncoderShapes.NormEpsilon);
            string[] wide = graph.Split(Linear(normed, Name("gate_up.weight"), 2 * config.Hidden), 1, config.Hidden, config.Hidden);
            return Add(x, Linear(Mul(graph.Silu(wide[0]), wide[1]), Name("down.weight"), config.Width));
        }

        float[] Weight(string name) => checkpoint.Weights[name].Values;
        string Constant(string name) => graph.Constant(Weight(name), Weight(name).Length);
        string Linear(string value, string name, int rows) => graph.Node("MatMul", value, graph.Transposed(Weight(name), rows, Weight(name).Length / rows));
        string Add(string a, string b) => graph.Node("Add", a, b);
        string Sub(string a, string b) => graph.Node("Sub", a, b);
        string Mul(string a, string b) => graph.Node("Mul", a, b);
        string Concat(long axis, string a, string b) => graph.Node("Concat", [a, b], ("axis", axis));
    }

    /// <summary>The newest transaction's logit.</summary>
    internal float Run()
    {
        using var outputs = _session.Run(_options, _names, _values, ["logit"]);
        return outputs[0].GetTensorDataAsSpan<float>()[0];
    }

    public void Dispose()
    {
        foreach (var value in _values) value.Dispose();
        _options.Dispose();
        _session.Dispose();
    }
}
