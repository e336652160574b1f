using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>Between tensors and their values in memory.</summary>
static class WeightTensors
{
    /// <summary>A copy of a tensor's values.</summary>
    internal static Weight ToWeight(this Tensor source)
    {
        using var scope = NewDisposeScope();
        return new([.. source.shape.Select(size => (int)size)], source.detach().cpu().data<float>().ToArray());
    }

    /// <summary>Replaces a tensor's values.</summary>
    internal static void Set(this Tensor target, Weight weight)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        target.copy_(tensor(weight.Values).reshape([.. weight.Shape.Select(size => (long)size)]));
    }
}
