using System.ComponentModel.DataAnnotations;

namespace Vigil.Model;

/// <summary>What the operator sets about scoring.</summary>
public sealed class ModelOptions
{
    /// <summary>
    /// Memory for cards' keys and values, in bytes, for each scorer (one a partition). Least recently used cards are evicted, and rebuilt from their
    /// kept tokens when next seen, with the same bits. The default value is 256 MiB. Value must be 1 MiB to 1 TiB.
    /// </summary>
    [Range(1L << 20, 1L << 40)]
    public long CacheBytes { get; init; } = 256L << 20;
}
