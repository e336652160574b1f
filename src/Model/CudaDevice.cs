using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>Which GPU a name means.</summary>
static class CudaDevice
{
    /// <summary>The GPU of a name.</summary>
    /// <param name="name">cuda or cuda:N.</param>
    /// <param name="others">What the name could have been beside those.</param>
    /// <param name="otherwise">What to do where there is none.</param>
    /// <exception cref="InvalidDataException">The name is no GPU's, or the GPU is not there.</exception>
    internal static Device Open(string name, string others, string otherwise)
    {
        int index = 0;
        if (name != "cuda" && !(name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), out index) && index >= 0))
            throw new InvalidDataException($"found the device {name}, expected {others}, cuda or cuda:N");
        if (!cuda.is_available())
            throw new InvalidDataException($"found no {name}: no GPU, or a libtorch without CUDA; build with -p:TorchBackend=cuda, or {otherwise}");
        if (index >= cuda.device_count())
            throw new InvalidDataException($"found no {name}: there are {cuda.device_count()} GPUs, counted from 0; {otherwise}");
        return device(name);
    }
}
