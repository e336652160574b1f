namespace Vigil.Model;

/// <summary>
/// What an architecture is, beside what all have in common (tokens and head: <see cref="FraudEncoder"/>, <see cref="Decoder"/>): its blocks for the tensor
/// library, their twins for the CPU, and the weights that both read.
/// </summary>
/// <param name="Name">As in <see cref="EncoderConfig.Architecture"/>.</param>
/// <param name="Shapes">The names and shapes of one block's weights.</param>
/// <param name="NewBlock">The block of that index.</param>
/// <param name="NewLayer">The same block of that index for the CPU, out of its weights by name.</param>
/// <param name="CachedPerPlace">Numbers that each layer's cache holds of one transaction.</param>
sealed record EncoderArchitecture(
    string Name,
    Func<EncoderConfig, Dictionary<string, int[]>> Shapes,
    Func<EncoderConfig, int, EncoderBlock> NewBlock,
    Func<EncoderConfig, int, Func<string, float[]>, DecoderLayer> NewLayer,
    Func<EncoderConfig, int> CachedPerPlace)
{
    /// <summary>DeepSeek-R1 style: multi-head latent attention by time, sparse beyond a window.</summary>
    static readonly EncoderArchitecture _r1 = new(
        "r1",
        LatentBlock.Shapes,
        (config, index) => new LatentBlock($"block{index}", config, index),
        (config, index, weights) => new LatentLayer(config, index, weights),
        config => config.Latent + config.Rotary);

    /// <summary>Transformer-XL: relative positions, segment recurrence with memory.</summary>
    static readonly EncoderArchitecture _base = new(
        "base",
        RelativeBlock.Shapes,
        (config, index) => new RelativeBlock($"block{index}", config),
        (config, index, weights) => new RelativeLayer(config, index, weights),
        config => 2 * config.Width);

    /// <summary>The published baseline: a recurrent state in attention's place.</summary>
    static readonly EncoderArchitecture _lstm = new(
        "lstm",
        LstmBlock.Shapes,
        (config, index) => new LstmBlock($"block{index}", config),
        (config, index, weights) => new LstmLayer(config, index, weights),
        config => 2 * config.Width);

    static readonly EncoderArchitecture[] _all = [_base, _r1, _lstm];

    internal static IReadOnlyList<EncoderArchitecture> All => _all;

    /// <summary>A configuration's. Every step asks, so it allocates nothing.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    internal static EncoderArchitecture Of(EncoderConfig config)
    {
        foreach (var architecture in _all)
            if (architecture.Name == config.Architecture) return architecture;
        throw new ArgumentException($"there is no architecture '{config.Architecture}'", nameof(config));
    }
}
