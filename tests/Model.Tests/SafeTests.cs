using static TorchSharp.torch;

namespace Vigil.Model.Tests;

public sealed class SafeTests
{
    [Fact]
    public void No_garbage_collection_frees_a_number_in_use()
    {
        using var x = ones(8);
        using var collections = new ConstantCollections();
        for (int i = 0; i < 300_000; i++)
        {
            using var twice = x.Plus(x);
            using var sum = twice.PlusEpsilon();
            Assert.Equal(2 + EncoderShapes.NormEpsilon, sum.Value());
        }
    }
}
