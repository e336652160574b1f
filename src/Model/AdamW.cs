using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>
/// Adam with decoupled weight decay (https://arxiv.org/abs/1711.05101), on matrices only. TorchSharp 0.107 has one, but a garbage collection can free a
/// Scalar that it is using, as <see cref="Safe"/> describes; ours can go when Safe does.
/// </summary>
sealed class AdamW : IDisposable
{
    const double Beta1 = 0.9, Beta2 = 0.999;

    readonly Scalar _beta1 = Beta1, _rest1 = 1 - Beta1, _beta2 = Beta2, _rest2 = 1 - Beta2, _epsilon = 1e-8;
    readonly double _weightDecay;
    readonly (string Name, Parameter Parameter, Tensor Mean, Tensor Square)[] _states;

    internal AdamW(IEnumerable<(string Name, Parameter Parameter)> parameters, double weightDecay)
    {
        _weightDecay = weightDecay;
        _states = [.. parameters.Select(named => (named.Name, named.Parameter, Zeros(named.Parameter), Zeros(named.Parameter)))];

        static Tensor Zeros(Parameter parameter) => zeros_like(parameter).DetachFromDisposeScope();
    }

    /// <summary>Steps taken.</summary>
    internal int Steps { get; set; }

    /// <summary>The parameters.</summary>
    internal IEnumerable<Parameter> Parameters => _states.Select(state => state.Parameter);

    /// <summary>The parameters and their moments by name: with <see cref="Steps"/>, all that the next step depends on.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Tensors => _states.SelectMany(state => ((string, Tensor)[])
        [($"weight/{state.Name}", state.Parameter), ($"mean/{state.Name}", state.Mean), ($"square/{state.Name}", state.Square)]);

    internal void Step(double learningRate)
    {
        Steps++;
        using Scalar decay = 1 - (learningRate * _weightDecay);
        using Scalar rate = -learningRate / (1 - Math.Pow(Beta1, Steps)), unbias = 1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        using var without = no_grad();
        foreach (var (_, parameter, mean, square) in _states)
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is not { } gradient) continue; // gates have none while everything fits in the window
            mean.mul_(_beta1).add_(gradient, _rest1);
            square.mul_(_beta2).addcmul_(gradient, gradient, _rest2);
            if (parameter.dim() > 1) parameter.mul_(decay);
            parameter.addcdiv_(mean, square.sqrt().mul_(unbias).add_(_epsilon, Safe.One), rate);
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, mean, square) in _states)
        {
            mean.Dispose();
            square.Dispose();
        }
        foreach (var scalar in new[] { _beta1, _rest1, _beta2, _rest2, _epsilon }) scalar.Dispose();
    }
}
