namespace Vigil.Model;

/// <summary>
/// What the layers remember of one card's context. It grows with the context, without moving what is written; slots are reused by other cards; what is
/// stale lies after the last written place.
/// </summary>
sealed class CardCache
{
    /// <summary>What a card gets at first, in places; doubled until the whole context fits.</summary>
    const int FirstPlaces = 32;

    readonly EncoderConfig _config;
    readonly int _perPlace;

    /// <summary>Of each layer: [tile of places][number][place in tile], so that one vector holds a number of sixteen places.</summary>
    readonly float[][] _tiles;

    /// <summary>Of each layer with sparse attention: [node][number], the <see cref="PastTree"/>'s.</summary>
    readonly float[][] _summaries;

    internal CardCache(EncoderConfig config, int places)
    {
        (_config, _perPlace) = (config, config.CachedPerPlace);
        (_tiles, _summaries) = (new float[config.Layers][], new float[config.Layers][]);
        Grow(places);
    }

    /// <summary>How many places there is room for, one of the <see cref="RoomFor"/>.</summary>
    internal int Places { get; private set; }

    /// <summary>Whose it is; null in the pool.</summary>
    internal CardTokens? Owner { get; set; }

    /// <summary>The card's transaction at place 0.</summary>
    internal long Start { get; set; }

    /// <summary>Places written.</summary>
    internal int Written { get; set; }

    /// <summary>Whether it holds what is no number, which a weight of 0 would not silence: to be cleared before its next use.</summary>
    internal bool IsSpoilt { get; set; }

    /// <summary>Neighbour that was used less recently.</summary>
    internal CardCache? Older { get; set; }

    /// <summary>Neighbour that was used more recently.</summary>
    internal CardCache? Newer { get; set; }

    /// <summary>The room that so many places get.</summary>
    internal static int RoomFor(EncoderConfig config, int places)
    {
        int room = FirstPlaces;
        while (room < places) room *= 2;
        return Math.Min(room, Kernels.RoundUp(config.Context, Kernels.Lanes));
    }

    /// <summary>Bytes of a cache with room for so many places.</summary>
    internal static long Bytes(EncoderConfig config, int places) =>
        (long)sizeof(float) * config.Layers * (places + NodesFor(config, places)) * config.CachedPerPlace;

    internal void Grow(int places)
    {
        for (int i = 0; i < _tiles.Length; i++)
        {
            Array.Resize(ref _tiles[i], places * _perPlace);
            Array.Resize(ref _summaries[i], NodesFor(_config, places) * _perPlace);
        }
        Places = places;
    }

    /// <summary>A layer's tiles.</summary>
    internal ReadOnlySpan<float> Tiles(int layer) => _tiles[layer];

    /// <summary>A node's summary in a layer.</summary>
    internal Span<float> Summary(int layer, int node) => _summaries[layer].AsSpan(node * _perPlace, _perPlace);

    internal void Write(int layer, int place, ReadOnlySpan<float> numbers)
    {
        var tile = _tiles[layer].AsSpan(place / Kernels.Lanes * Kernels.Lanes * numbers.Length, Kernels.Lanes * numbers.Length);
        for (int i = 0; i < numbers.Length; i++) tile[(i * Kernels.Lanes) + (place % Kernels.Lanes)] = numbers[i];
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    internal void Read(int layer, int place, Span<float> numbers)
    {
        var tile = _tiles[layer].AsSpan(place / Kernels.Lanes * Kernels.Lanes * numbers.Length, Kernels.Lanes * numbers.Length);
        for (int i = 0; i < numbers.Length; i++) numbers[i] = tile[(i * Kernels.Lanes) + (place % Kernels.Lanes)];
    }

    /// <summary>Forgets everything, also what is stale.</summary>
    internal void Clear()
    {
        foreach (float[] numbers in _tiles.Concat(_summaries)) Array.Clear(numbers);
        (Written, IsSpoilt) = (0, false);
    }

    static int NodesFor(EncoderConfig config, int places) => config.Sparse is { } sparse ? PastTree.Count(places / sparse.Block) : 0;
}
