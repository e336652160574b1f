using TorchSharp;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>The encoder that is trained, and what is learnt through: itself, or its twin on 16-bit floats.</summary>
sealed class TrainingEncoders : IDisposable
{
    internal TrainingEncoders(TrainingOptions options, Normalisation normalisation)
    {
        Device = options.OpenDevice();
        (Kept, Batches) = (new(options.Config), new(options.Config, normalisation, Device));
        Kept.to(Device);
        (Learnt, LearntBatches) = options.Bf16 ? (new(options.Config), new(options.Config, normalisation, Device, ScalarType.BFloat16)) : (Kept, Batches);
        if (options.Bf16) Learnt.to(Device, ScalarType.BFloat16);
    }

    /// <summary>Where both are.</summary>
    internal Device Device { get; }

    /// <summary>On 32-bit floats: its weights are updated, and it validates.</summary>
    internal FraudEncoder Kept { get; }

    /// <summary>Fills batches for it.</summary>
    internal TrainingBatches Batches { get; }

    /// <summary>What forward and backward run through.</summary>
    internal FraudEncoder Learnt { get; }

    /// <summary>Fills batches for that.</summary>
    internal TrainingBatches LearntBatches { get; }

    /// <summary>All parameters of the encoder.</summary>
    internal IEnumerable<TrainedParameter> Parameters => TrainedParameter.Of(Kept, Learnt);

    public void Dispose()
    {
        Kept.Dispose();
        Learnt.Dispose();
    }
}
