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
    readonly (Parameter Parameter, Tensor Mean, Tensor Square)[] _states;
    int _steps;

    internal AdamW(IEnumerable<Parameter> parameters, double weightDecay)
    {
        _weightDecay = weightDecay;
        _states = [.. parameters.Select(parameter => (parameter, Zeros(parameter), Zeros(parameter)))];

        static Tensor Zeros(Parameter parameter) => zeros_like(parameter).DetachFromDisposeScope();
    }

    internal void Step(double learningRate)
    {
        _steps++;
        using Scalar decay = 1 - (learningRate * _weightDecay);
        using Scalar rate = -learningRate / (1 - Math.Pow(Beta1, _steps)), unbias = 1 / Math.Sqrt(1 - Math.Pow(Beta2, _steps));
        using var without = no_grad();
        foreach (var (parameter, mean, square) in _states)
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
        foreach (var (_, mean, square) in _states)
        {
            mean.Dispose();
            square.Dispose();
        }
        foreach (var scalar in new[] { _beta1, _rest1, _beta2, _rest2, _epsilon }) scalar.Dispose();
    }
}
