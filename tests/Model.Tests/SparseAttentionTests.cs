using static TorchSharp.torch;

namespace Vigil.Model.Tests;

public sealed class SparseAttentionTests
{
    const int Length = 200; // twelve blocks and a half

    static readonly EncoderConfig _dense = World.Configs["sparse"] with { Sparse = null, Segment = 256, Memory = 256 };

    [Fact]
    public void What_selects_the_whole_past_through_equal_gates_sees_what_dense_attention_sees() =>
        Assert.Equal(Logits(_dense, World.Checkpoint(_dense)), Logits(new(16, 1, 16), gates: false), Near);

    [Fact]
    public void What_has_the_whole_context_in_its_window_sees_what_dense_attention_sees_whatever_its_gates() =>
        Assert.Equal(Logits(_dense, World.Checkpoint(_dense)), Logits(new(16, 16, 1), gates: true), Near);

    [Fact]
    public void Equal_gates_of_any_height_cancel() =>
        Assert.Equal(Logits(new(16, 1, 2), gates: false), Logits(new(16, 1, 2), gates: false, bias: -2), Near);

    [Fact]
    public void Gates_weigh_the_branches() =>
        Assert.NotEqual(Logits(new(16, 1, 2), gates: false)[^1], Logits(new(16, 1, 2), gates: true)[^1], 1e-4f);

    [Fact]
    public void A_transaction_sees_the_past_beyond_its_window_and_nothing_after_itself()
    {
        float[] whole = Logits(new(16, 1, 2), gates: true);
        float[] otherEnd = Logits(new(16, 1, 2), gates: true, change: 150), otherStart = Logits(new(16, 1, 2), gates: true, change: 3);
        Assert.Equal(whole[..150], otherEnd[..150], Near);
        Assert.True(Enumerable.Range(64, Length - 64).Count(i => Math.Abs(whole[i] - otherStart[i]) > 1e-6) > 100);
    }

    static bool Near(float x, float y) => Math.Abs(x - y) < 1e-4;

    static float[] Logits(SparseConfig sparse, bool gates, float bias = 0, int? change = null)
    {
        var config = _dense with { Sparse = sparse };
        var checkpoint = World.Checkpoint(config);
        foreach (var (name, weight) in World.Checkpoint(_dense).Weights) weight.Values.CopyTo(checkpoint.Weights[name].Values, 0);
        foreach (var (name, weight) in checkpoint.Weights)
        {
            if (name.Contains("attention.gate", StringComparison.Ordinal) && !gates)
                Array.Fill(weight.Values, name.EndsWith("bias", StringComparison.Ordinal) ? bias : 0);
        }
        return Logits(config, checkpoint, change);
    }

    /// <summary>Of one card's transactions, by the tensor library.</summary>
    static float[] Logits(EncoderConfig config, Checkpoint checkpoint, int? change = null)
    {
        using var encoder = new FraudEncoder(config);
        encoder.SetWeights(checkpoint.Weights);
        var segment = new TrainingSegment(config.Segment);
        var vectors = new World(21, 1).Take(Length);
        if (change is { } at) vectors[at].Numeric.AsSpan().Fill(3);
        foreach (var vector in vectors) segment.Add(vector, RowRole.Train, false, 0);
        using var scope = NewDisposeScope();
        using var without = inference_mode();
        return encoder.forward(new TrainingBatches(config, checkpoint.Manifest.Normalisation, CPU).Fill([new(null, segment)])).data<float>().ToArray();
    }
}
