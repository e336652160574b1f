namespace Vigil.Model;

/// <summary>The keys and values of one card's context, all layers'. Slots are reused by other cards; what is stale lies after the last written place.</summary>
sealed class CardCache(EncoderConfig config)
{
    readonly int _keyPlaces = Kernels.RoundUp(config.Context, Kernels.Tile);

    /// <summary>[layer][head][tile of places][dimension][place in tile]: a head's keys are a packed matrix for <see cref="Kernels.Multiply"/>.</summary>
    readonly float[] _keys = new float[config.Layers * config.Width * Kernels.RoundUp(config.Context, Kernels.Tile)];

    /// <summary>[layer][place][width].</summary>
    readonly float[] _values = new float[config.Layers * config.Width * config.Context];

    /// <summary>Whose it is; null in the pool.</summary>
    internal CardTokens? Owner { get; set; }

    /// <summary>The card's transaction at place 0.</summary>
    internal long Start { get; set; }

    /// <summary>Places written.</summary>
    internal int Written { get; set; }

    /// <summary>Neighbour that was used less recently.</summary>
    internal CardCache? Older { get; set; }

    /// <summary>Neighbour that was used more recently.</summary>
    internal CardCache? Newer { get; set; }

    internal static long Bytes(EncoderConfig config) =>
        (long)sizeof(float) * config.Layers * config.Width * (Kernels.RoundUp(config.Context, Kernels.Tile) + config.Context);

    internal ReadOnlySpan<float> Keys(int layer, int head) =>
        _keys.AsSpan(((layer * config.Heads) + head) * config.HeadWidth * _keyPlaces, config.HeadWidth * _keyPlaces);

    internal ReadOnlySpan<float> Values(int layer) => _values.AsSpan(layer * config.Width * config.Context, config.Width * config.Context);

    internal void Write(int layer, int place, ReadOnlySpan<float> keys, ReadOnlySpan<float> values)
    {
        int head = config.HeadWidth * _keyPlaces, tile = place / Kernels.Tile * config.HeadWidth * Kernels.Tile;
        int at = (layer * config.Heads * head) + tile + (place % Kernels.Tile);
        for (int i = 0; i < keys.Length; i++)
            _keys[at + (i / config.HeadWidth * head) + (i % config.HeadWidth * Kernels.Tile)] = keys[i];
        values.CopyTo(_values.AsSpan(((layer * config.Context) + place) * config.Width));
    }
}
