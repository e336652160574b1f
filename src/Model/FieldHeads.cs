using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Vigil.Model;

/// <summary>
/// From the encoded transaction to the classes of each of its fields. All weights start at 0, so that nothing depends on the library's generator.
/// </summary>
sealed class FieldHeads : Module<Tensor, Tensor[]>
{
    readonly RmsNorm field_norm;
    readonly ModuleList<Linear> fields = new();

    internal FieldHeads(int width, IReadOnlyList<int> classes) : base(nameof(FieldHeads))
    {
        field_norm = new(nameof(field_norm), width);
        foreach (int count in classes) fields.Add(Linear(width, count));
        RegisterComponents();
        using var without = no_grad();
        foreach (var field in fields)
        {
            field.weight.zero_();
            field.bias!.zero_();
        }
    }

    /// <summary>(B, Q, W) to (B, Q, K) for each field.</summary>
    public override Tensor[] forward(Tensor x)
    {
        var normed = field_norm.forward(x);
        return [.. fields.Select(field => field.forward(normed))];
    }
}
