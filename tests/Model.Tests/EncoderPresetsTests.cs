using static TorchSharp.torch;

namespace Vigil.Model.Tests;

public sealed class EncoderPresetsTests
{
    public static TheoryData<string> Names => [.. EncoderConfig.Presets];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_preset_is_valid_and_its_weights_are_what_the_encoder_registers(string name)
    {
        var config = EncoderConfig.Preset(name);
        config.Validate();
        var small = config with { Layers = 1 };
        using var encoder = new FraudEncoder(small);
        Assert.Equal(
            EncoderShapes.Of(small).Select(shape => $"{shape.Key} {string.Join(' ', shape.Value)}"),
            encoder.named_parameters()
                .OrderBy(entry => entry.name, StringComparer.Ordinal)
                .Select(entry => $"{entry.name} {string.Join(' ', entry.parameter.shape)}"));
    }

    [Fact]
    public void The_full_shapes_have_the_parameters_that_their_names_promise()
    {
        Assert.InRange(Parameters("r1-full"), 280e6, 330e6);
        Assert.InRange(Parameters("base-full"), 80e6, 110e6);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_preset_runs_a_forward_and_a_training_step_at_a_short_length(string name)
    {
        var config = EncoderConfig.Preset(name);
        double needed = 4.5 * sizeof(float) * Parameters(name), free = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - GC.GetGCMemoryInfo().MemoryLoadBytes;
        Assert.SkipUnless(needed < free, $"{name} needs {needed / (1 << 30):F1} GiB of memory for a training step, and {free / (1 << 30):F1} are free");
        using var scope = NewDisposeScope();
        using var encoder = new FraudEncoder(config);
        using var optimiser = new AdamW(TrainedParameter.Of(encoder, encoder), 0.05);
        using var gradient = optimiser.NewGradient();
        var segment = new TrainingSegment(config.Segment);
        foreach (var vector in new World(1, 1).Take(6)) segment.Add(vector, RowRole.Train, false, 0);
        var normalisation = World.Checkpoint(World.Config with { Bins = config.Bins }).Manifest.Normalisation;
        var batch = new TrainingBatches(config, normalisation, CPU).Fill([new(null, segment)]);
        float before = Loss();
        optimiser.Step(gradient, 1e-4);
        Assert.True(Loss() < before);

        float Loss()
        {
            using var loss = nn.functional.softplus(encoder.forward(batch)).sum(); // all are genuine
            optimiser.Differentiate(loss, gradient);
            return loss.Value();
        }
    }

    static double Parameters(string name) =>
        EncoderShapes.Of(EncoderConfig.Preset(name)).Values.Sum(shape => shape.Aggregate(1.0, (product, size) => product * size));
}
