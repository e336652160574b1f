using TorchSharp;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>
/// Adam with decoupled weight decay (https://arxiv.org/abs/1711.05101), on matrices only. All weights lie in one tensor, matrices first, of which the
/// parameters become views: so a step is a few operations, and not a few for each parameter. TorchSharp 0.107 has an AdamW, but a garbage collection can free a
/// Scalar that it is using, as <see cref="Safe"/> describes.
/// </summary>
sealed class AdamW : IDisposable
{
    const double Beta1 = 0.9, Beta2 = 0.999;

    readonly Scalar _beta1 = Beta1, _rest1 = 1 - Beta1, _beta2 = Beta2, _rest2 = 1 - Beta2, _epsilon = 1e-8;
    readonly double _weightDecay;
    readonly TrainedParameter[] _parameters;
    readonly Tensor _weights, _mean, _square, _decaying; // all in one dimension; the last is the matrices' part of the first

    internal AdamW(IEnumerable<TrainedParameter> parameters, double weightDecay)
    {
        _weightDecay = weightDecay;
        _parameters = [.. parameters.OrderBy(parameter => parameter.Weight.dim() > 1 ? 0 : 1)];
        using var scope = NewDisposeScope();
        using var without = no_grad();
        _weights = cat([.. _parameters.Select(parameter => parameter.Weight.flatten())]).DetachFromDisposeScope();
        long decaying = _parameters.Where(parameter => parameter.Weight.dim() > 1).Sum(parameter => parameter.Weight.numel());
        _decaying = _weights.narrow(0, 0, decaying).DetachFromDisposeScope();
        (_mean, _square) = (NewGradient(), NewGradient());
        foreach (var (view, parameter) in ViewsOf(_weights).Zip(_parameters)) parameter.Weight.set_(view);
        Tell();
    }

    /// <summary>Steps taken.</summary>
    internal int Steps { get; private set; }

    /// <summary>
    /// What the next step depends on beside <see cref="Steps"/>, by name: weights and their moments. They belong to the caller's dispose scope.
    /// </summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Tensors => [.. Named("weight", _weights), .. Named("mean", _mean), .. Named("square", _square)];

    /// <summary>A place for a gradient by all weights, zeros. It is the caller's to dispose.</summary>
    internal Tensor NewGradient() => zeros_like(_weights).DetachFromDisposeScope();

    /// <summary>Writes the gradient of a loss by all weights; of those that it does not depend on, 0.</summary>
    internal void Differentiate(Tensor loss, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var found = autograd.grad([loss], [.. _parameters.Select(parameter => parameter.Learnt)], allow_unused: true);
        using var without = no_grad();
        foreach (var (view, part) in ViewsOf(gradient).Zip(found)) _ = part is null || part.IsInvalid ? view.zero_() : view.copy_(part);
    }

    /// <summary>Goes on after so many steps, from the tensors of then.</summary>
    internal void Resume(int steps, IReadOnlyDictionary<string, Weight> tensors)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, target) in Tensors) target.Set(tensors[name]);
        Steps = steps;
        Tell();
    }

    internal void Step(Tensor gradient, double learningRate)
    {
        Steps++;
        using Scalar decay = 1 - (learningRate * _weightDecay);
        using Scalar rate = -learningRate / (1 - Math.Pow(Beta1, Steps)), unbias = 1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        using var scope = NewDisposeScope();
        using var without = no_grad();
        _mean.mul_(_beta1).add_(gradient, _rest1);
        _square.mul_(_beta2).addcmul_(gradient, gradient, _rest2);
        _decaying.mul_(decay);
        _weights.addcdiv_(_mean, _square.sqrt().mul_(unbias).add_(_epsilon, Safe.One), rate);
        Tell();
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _weights, _mean, _square, _decaying }) tensor.Dispose();
        foreach (var scalar in new[] { _beta1, _rest1, _beta2, _rest2, _epsilon }) scalar.Dispose();
    }

    /// <summary>Copies the weights to where the forward uses them in another type.</summary>
    void Tell()
    {
        using var without = no_grad();
        foreach (var (_, weight, learnt) in _parameters)
            if (!ReferenceEquals(weight, learnt)) learnt.copy_(weight);
    }

    IEnumerable<(string, Tensor)> Named(string kind, Tensor all) => ViewsOf(all).Zip(_parameters, (view, parameter) => ($"{kind}/{parameter.Name}", view));

    /// <summary>Each parameter's part of a tensor of all, in its shape.</summary>
    List<Tensor> ViewsOf(Tensor all)
    {
        var views = new List<Tensor>();
        long from = 0;
        foreach (var parameter in _parameters)
        {
            long count = parameter.Weight.numel();
            views.Add(all.narrow(0, from, count).view(parameter.Weight.shape));
            from += count;
        }
        return views;
    }
}
