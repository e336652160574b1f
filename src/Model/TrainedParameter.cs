using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Vigil.Model;

/// <summary>One parameter of a training.</summary>
/// <param name="Name">No other has it.</param>
/// <param name="Weight">Where it is kept: 32-bit floats.</param>
/// <param name="Learnt">What the forward uses and the gradient is taken of: the same, or a copy of another type.</param>
readonly record struct TrainedParameter(string Name, Parameter Weight, Parameter Learnt)
{
    /// <summary>Those of a module, and of its twin in another type, or itself.</summary>
    internal static IEnumerable<TrainedParameter> Of(Module kept, Module learnt) =>
        kept.named_parameters().Zip(learnt.named_parameters(), (weight, twin) => new TrainedParameter(weight.name, weight.parameter, twin.parameter));
}
