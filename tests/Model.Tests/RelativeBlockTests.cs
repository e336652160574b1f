using static TorchSharp.torch;

namespace Vigil.Model.Tests;

public sealed class RelativeBlockTests
{
    [Theory]
    [InlineData("base", false)]
    [InlineData("r1", true)]
    public void Only_a_transformer_xl_learns_nothing_through_the_memory(string kind, bool learns)
    {
        var config = World.Configs[kind];
        var checkpoint = World.Checkpoint(config);
        using var scope = NewDisposeScope();
        using var encoder = new FraudEncoder(config);
        encoder.SetWeights(checkpoint.Weights);
        TrainingSegment previous = new(config.Segment), own = new(config.Segment);
        foreach (var vector in new World(41, 1).Take(config.Segment)) previous.Add(vector, RowRole.Context, false, 0);
        foreach (var vector in new World(42, 1).Take(3)) own.Add(vector, RowRole.Train, false, 0);
        var batch = new TrainingBatches(config, checkpoint.Manifest.Normalisation, CPU).Fill([new(previous, own)]);
        batch.Numeric.requires_grad = true;
        encoder.forward(batch).sum().backward();
        float[] gradient = batch.Numeric.grad!.abs().sum([2]).data<float>().ToArray();
        Assert.Equal(config.Memory + 3, gradient.Length);
        Assert.All(gradient[..config.Memory], value => Assert.Equal(learns, value > 0));
        Assert.All(gradient[config.Memory..], value => Assert.True(value > 0));
    }
}
