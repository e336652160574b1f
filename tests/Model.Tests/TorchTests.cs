using TorchSharp;

namespace Vigil.Model.Tests;

public sealed class TorchTests
{
    [Fact]
    public void The_native_library_loads_and_differentiates()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.arange(1f, 4f, requires_grad: true);
        (x * x).sum().backward();
        Assert.Equal([2f, 4f, 6f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_native_exception_arrives_as_a_managed_one()
    {
        using var scope = torch.NewDisposeScope();
        var error = Assert.ThrowsAny<Exception>(() => torch.zeros(2, 3).add(torch.zeros(2, 4)));
        Assert.Contains("size of tensor", error.Message, StringComparison.Ordinal);
    }
}
