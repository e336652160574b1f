using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using TorchSharp;
using Vigil.Model.Baselines;

namespace Vigil.Model;

/// <summary>How a model is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>The <see cref="Device"/> that every machine has.</summary>
    public const string Cpu = "cpu";

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

    /// <summary>What a fraud weighs in the loss, as genuine rows weigh 1. The default value is 1.</summary>
    [Range(1e-3, 1e4)]
    public double FraudWeight { get; init; } = 1;

    /// <summary>
    /// A model of rows that first learns the same labels. What it then says of the unlabelled rows is learnt beside the labels: distillation
    /// (https://arxiv.org/abs/1503.02531). It sees no more labels than the encoder, but the encoder sees many more rows. Null, the default: none.
    /// </summary>
    public BaselineConfig? Teacher { get; init; }

    /// <summary>What a row of the teacher's weighs in the loss, as a labelled genuine row weighs 1. The default value is 1.</summary>
    [Range(1e-3, 1e3)]
    public double TeacherWeight { get; init; } = 1;

    /// <summary>
    /// How much less a row counts the better it is told already: the γ of the focal loss (https://arxiv.org/abs/1708.02002). The default value is 0: all
    /// count alike.
    /// </summary>
    [Range(0.0, 10.0)]
    public double FocalGamma { get; init; }

    /// <summary>Passes over the unlabelled rows, in which hidden fields are predicted, before the labels are learnt. The default value is 0.</summary>
    [Range(0, 10_000)]
    public int PretrainEpochs { get; init; }

    /// <summary>Share of each field that is hidden in those passes. The default value is 0.3.</summary>
    [Range(0.01, 0.99)]
    public double PretrainMask { get; init; } = 0.3;

    /// <summary>Threads on a CPU, each of which learns a part of every batch. The default value is 0: one per processor, at most 8.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>
    /// Whether forward and backward run on 16-bit floats (bfloat16): faster where the processor has products of them. Weights are kept and updated, losses,
    /// norms' means and validation computed on 32-bit ones. The default value is false.
    /// </summary>
    public bool Bf16 { get; init; }

    /// <summary>Where the tensors live: cpu, cuda or cuda:N. The default value is cpu.</summary>
    public string Device { get; init; } = Cpu;

    /// <summary>
    /// A file in which the training is kept while it runs: killed and started again with the same set and options, it goes on from there and ends with the same
    /// bits. Null, the default: it is kept nowhere.
    /// </summary>
    [JsonIgnore]
    public string? StateFile { get; init; }

    /// <summary>How often it is kept within an epoch; it always is at an epoch's end. The default value is 30 seconds.</summary>
    [JsonIgnore]
    public TimeSpan StateInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What goes into the manifest beside the caller's later notes: source, command, version.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Provenance { get; init; } = new Dictionary<string, string>();

    /// <summary>Refuses a <see cref="Device"/> that is not there, before any other work is done.</summary>
    /// <exception cref="InvalidDataException">The message says what was found and expected.</exception>
    public void RequireDevice() => OpenDevice();

    internal torch.Device OpenDevice() => Device == Cpu ? torch.CPU : CudaDevice.Open(Device, Cpu, $"train on the device {Cpu}");

    /// <summary>Parts that a batch is cut into. A device has threads of its own.</summary>
    internal int Workers => Device != Cpu ? 1 : Threads > 0 ? Threads : Math.Min(8, Environment.ProcessorCount);
}
