using System.ComponentModel.DataAnnotations;

namespace Vigil.Model;

/// <summary>What the operator sets about scoring.</summary>
public sealed class ModelOptions
{
    /// <summary>The <see cref="Device"/> that is none of the tensor library's: the model's own scorers, on the CPU.</summary>
    public const string OwnDecoder = "cpu";

    /// <summary>The tensor library's CPU device.</summary>
    public const string TorchCpu = "torch-cpu";

    /// <summary>
    /// What scores: "cpu", the model's own scorers, which give identical bits; or a device of the tensor library in batches, "torch-cpu", "cuda" or "cuda:N",
    /// for encoders of the architecture r1. The default value is "cpu". No GPU has run it yet.
    /// </summary>
    [RegularExpression("cpu|torch-cpu|cuda(:[0-9]+)?", ErrorMessage = "found a device that is none of cpu, torch-cpu, cuda and cuda:N")]
    public string Device { get; init; } = OwnDecoder;

    /// <summary>The most cards in a batch on a device of the tensor library. The default value is 128. Value must be 1 to 4096.</summary>
    [Range(1, 4096)]
    public int MaxBatch { get; init; } = 128;

    /// <summary>
    /// How long the first transaction of such a batch waits for others to come. The default value is 2 ms. Value must be 0 to 1 second; 0: until what has
    /// been read already is in it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// Memory for cards' keys and values, in bytes, for each scorer (one a partition); on a device of the tensor library, for all of them together. Least
    /// recently used cards are evicted, and rebuilt from their kept tokens when next seen, with the same bits where the device is "cpu". The default value is
    /// 256 MiB. Value must be 1 MiB to 1 TiB.
    /// </summary>
    [Range(1L << 20, 1L << 40)]
    public long CacheBytes { get; init; } = 256L << 20;
}
