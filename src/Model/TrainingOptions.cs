using System.ComponentModel.DataAnnotations;

namespace Vigil.Model;

/// <summary>How a model is trained.</summary>
public sealed class TrainingOptions
{
    /// <summary>The encoder's shape. The default value is the preset r1-tiny.</summary>
    public EncoderConfig Config { get; init; } = EncoderConfig.Preset("r1-tiny");

    /// <summary>Of the initial weights and of the order of the batches. The default value is 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Passes over the training rows; with validation rows, the most. The default value is 4.</summary>
    [Range(1, 10_000)]
    public int Epochs { get; init; } = 4;

    /// <summary>Epochs without a better validation figure after which training stops. The default value is 2.</summary>
    [Range(1, 10_000)]
    public int Patience { get; init; } = 2;

    /// <summary>Windows (of at most two segments) in a batch. The default value is 64.</summary>
    [Range(1, 65_536)]
    public int BatchWindows { get; init; } = 64;

    /// <summary>Highest learning rate of the schedule. The default value is 0.001.</summary>
    [Range(1e-7, 1.0)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decoupled weight decay of AdamW, on matrices only. The default value is 0.05.</summary>
    [Range(0.0, 10.0)]
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Share of all steps in which the learning rate rises before it falls along a cosine. The default value is 0.1.</summary>
    [Range(0.0, 1.0)]
    public double WarmUp { get; init; } = 0.1;

    /// <summary>Longest norm of a step's gradient. The default value is 1.</summary>
    [Range(1e-3, 1e6)]
    public double ClipNorm { get; init; } = 1;

    /// <summary>What a fraud weighs in the loss, as genuine rows weigh 1. The default value is 1, which keeps probabilities calibrated.</summary>
    [Range(1e-3, 1e4)]
    public double FraudWeight { get; init; } = 1;

    /// <summary>Threads of the tensor library. The default value is 0: one per processor, at most 8.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>Where the tensors live: cpu, cuda or cuda:N. The default value is cpu.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>What goes into the manifest beside the caller's later notes: source, command, version.</summary>
    public IReadOnlyDictionary<string, string> Provenance { get; init; } = new Dictionary<string, string>();
}
