namespace Vigil.Model;

/// <summary>
/// <see cref="LatentBlock"/> one transaction at a time. Its cache holds a transaction's latent and rotary key, nothing else: the matrix that draws keys from
/// latents is multiplied into the queries' once, and the one that draws values into the merging one, so that queries meet latents, and a head's output is a
/// mean of latents (DeepSeek-V2, https://arxiv.org/abs/2405.04434, section 2.1.2: "absorbed").
/// </summary>
sealed class LatentLayer : DecoderLayer
{
    readonly int _index, _heads, _latent, _rotary, _hidden, _stride;
    readonly SparseConfig? _sparse;
    readonly LatentPast? _past;
    readonly float[] _attentionNorm, _latentNorm, _feedNorm;
    readonly float[] _project, _merge, _gateUp, _down; // packed
    readonly float[] _gateBias, _gates;
    readonly float[] _normed, _projected, _scores, _seen, _part, _wide;
    readonly int[] _tiles;

    internal LatentLayer(EncoderConfig config, int index, Func<string, float[]> weights)
    {
        (_index, _heads, _latent, _rotary, _hidden) = (index, config.Heads, config.Latent, config.Rotary, config.Hidden);
        _attentionNorm = weights("attention_norm.weight");
        _latentNorm = weights("attention.latent_norm.weight");
        _feedNorm = weights("feed_norm.weight");
        float[] gate = config.Sparse is null ? [] : weights("attention.gate.weight");
        _gateBias = config.Sparse is null ? [] : weights("attention.gate.bias");
        int projected = ((_heads + 1) * PerPlace) + _gateBias.Length;
        _project = Kernels.Pack([.. AbsorbedQueries(config, weights), .. weights("attention.latent.weight"), .. gate], projected, config.Width);
        _merge = Kernels.Pack(AbsorbedMerge(config, weights), config.Width, _heads * _latent);
        _gateUp = Kernels.Pack(weights("gate_up.weight"), 2 * config.Hidden, config.Width);
        _down = Kernels.Pack(weights("down.weight"), config.Width, config.Hidden);

        int places = Kernels.RoundUp(config.Context, Kernels.Lanes), summaries = 0;
        if (config.Sparse is { } sparse)
        {
            (_sparse, _past) = (sparse, new(config, sparse, index));
            (places, summaries) = (Math.Min(places, (sparse.Window + 1) * sparse.Block) + (sparse.Top * sparse.Block), _past.MostSummaries);
        }
        (_stride, _tiles, _gates) = (places + summaries, new int[places / Kernels.Lanes], new float[_gateBias.Length]);
        (_normed, _seen, _scores) = (new float[config.Width], new float[_heads * _latent], new float[_heads * _stride]);
        (_projected, _part, _wide) = (Kernels.Tiles(projected), Kernels.Tiles(config.Width), Kernels.Tiles(2 * config.Hidden));
    }

    /// <summary>Numbers that a place's key has, the latent first: what the cache holds of it.</summary>
    int PerPlace => _latent + _rotary;

    internal override void Step(Span<float> x, in DecoderStep step, bool rememberOnly)
    {
        Kernels.RmsNorm(x, _attentionNorm, _normed);
        Kernels.Multiply(_project, _normed, _projected);
        for (int head = 0; head <= _heads; head++) Rotate(Key(head), step);
        var own = Key(_heads);
        Kernels.RmsNorm(own[.._latent], _latentNorm, own[.._latent]);
        step.Cache.Write(_index, step.Place, own);
        _past?.Remember(step.Cache, step.Place);
        if (rememberOnly) return;
        Attend(step.Cache, step.Place);
        Kernels.Multiply(_merge, _seen, _part);
        Kernels.Add(_part, x);
        Kernels.RmsNorm(x, _feedNorm, _normed);
        Kernels.Multiply(_gateUp, _normed, _wide);
        var gate = _wide.AsSpan(0, _hidden);
        Kernels.SwiGlu(gate, _wide.AsSpan(_hidden, _hidden));
        Kernels.Multiply(_down, gate, _part);
        Kernels.Add(_part, x);
    }

    /// <summary>A head's query; after the last head's, the transaction's own key.</summary>
    Span<float> Key(int head) => _projected.AsSpan(head * PerPlace, PerPlace);

    /// <summary>Turns the pair (p, p + P/2) by its angle.</summary>
    void Rotate(Span<float> key, in DecoderStep step)
    {
        int half = _rotary / 2;
        for (int i = 0; i < half; i += 8) Kernels.Rotate(key[(_latent + i)..], key[(_latent + half + i)..], step.Cos[i..], step.Sin[i..]);
    }

    /// <summary>Each head's mean of the latents that it sees, weighted by its query's match with their keys.</summary>
    void Attend(CardCache cache, int place)
    {
        int before = _sparse is null ? 0 : Math.Max(0, (place / _sparse.Block) - _sparse.Window); // blocks before the window
        int tiles = 0, far = 0;
        for (int tile = before * TilesPerBlock; tile <= place / Kernels.Lanes; tile++) AddTile(tile, ref tiles);
        int near = tiles * Kernels.Lanes;
        if (before > 0) far = Search(cache, before, ref tiles);
        var memory = cache.Tiles(_index);
        for (int i = 0; i < tiles; i++)
            Kernels.Match(memory.Slice(_tiles[i], PerPlace * Kernels.Lanes), _projected, _heads, _scores.AsSpan(i * Kernels.Lanes), _stride);
        for (int head = 0; head < _heads; head++)
        {
            int all = tiles * Kernels.Lanes;
            var scores = _scores.AsSpan(head * _stride, all + far);
            scores[(place + 1 - (before * TilesPerBlock * Kernels.Lanes))..near].Fill(float.NegativeInfinity);
            if (before > 0) Gate(head, scores[..near], scores[near..all], scores[all..]);
            Kernels.Softmax(scores);
            var seen = _seen.AsSpan(head * _latent, _latent);
            Kernels.Mix(memory, _tiles.AsSpan(0, tiles), scores[..all], seen);
            if (before > 0) AddSummaries(cache, scores[all..], seen);
        }
    }

    int TilesPerBlock => (_sparse?.Block ?? 0) / Kernels.Lanes;

    void AddTile(int tile, ref int tiles) => _tiles[tiles++] = tile * PerPlace * Kernels.Lanes;

    /// <summary>Adds the tiles of the blocks that the query selects; returns the room for the summaries of the rest.</summary>
    int Search(CardCache cache, int blocks, ref int tiles)
    {
        _past!.Search(cache, _projected, blocks);
        for (int i = 0; i < _past.Blocks; i++)
            for (int tile = 0; tile < TilesPerBlock; tile++) AddTile((_past.Block(i) * TilesPerBlock) + tile, ref tiles);
        var gates = _projected.AsSpan((_heads + 1) * PerPlace);
        for (int i = 0; i < _gates.Length; i++) _gates[i] = -MathF.Log(1 + MathF.Exp(-(gates[i] + _gateBias[i])));
        return Kernels.RoundUp(_past.Summaries, Kernels.Lanes);
    }

    /// <summary>A head's gates on its three branches: logarithms, which weigh the branches' shares of the softmax.</summary>
    void Gate(int head, Span<float> near, Span<float> selected, Span<float> summaries)
    {
        foreach (ref float score in near) score += _gates[head];
        foreach (ref float score in selected) score += _gates[(2 * _heads) + head];
        for (int i = 0; i < _past!.Summaries; i++) summaries[i] = _past.Score(i, head) + _gates[_heads + head];
        summaries[_past.Summaries..].Fill(float.NegativeInfinity);
    }

    void AddSummaries(CardCache cache, ReadOnlySpan<float> weights, Span<float> seen)
    {
        for (int i = 0; i < _past!.Summaries; i++) Kernels.AddScaled(cache.Summary(_index, _past.Node(i))[.._latent], weights[i], seen);
    }

    /// <summary>
    /// What makes a head's query out of a transaction: rows that meet the latent (the query's rows through the key's matrix), then rows that meet the rotary
    /// key; both divided by the square root of the query's width, as attention asks. (H · (R + P), W)
    /// </summary>
    internal static float[] AbsorbedQueries(EncoderConfig config, Func<string, float[]> weights)
    {
        int width = config.Width, perPlace = config.Latent + config.Rotary, perQuery = config.HeadWidth + config.Rotary;
        float scale = 1 / MathF.Sqrt(perQuery);
        float[] query = weights("attention.query.weight"), key = weights("attention.key.weight"), absorbed = new float[config.Heads * perPlace * width];
        for (int head = 0; head < config.Heads; head++)
        {
            for (int row = 0; row < perPlace; row++)
            {
                var into = absorbed.AsSpan(((head * perPlace) + row) * width, width);
                if (row >= config.Latent) Kernels.AddScaled(Query(head, config.HeadWidth + row - config.Latent), scale, into);
                else for (int d = 0; d < config.HeadWidth; d++)
                    Kernels.AddScaled(Query(head, d), scale * key[(((head * config.HeadWidth) + d) * config.Latent) + row], into);
            }
        }
        return absorbed;

        ReadOnlySpan<float> Query(int head, int row) => query.AsSpan(((head * perQuery) + row) * width, width);
    }

    /// <summary>What makes the block's output out of the heads' means of latents: the merging matrix through the value's. (W, H · R)</summary>
    internal static float[] AbsorbedMerge(EncoderConfig config, Func<string, float[]> weights)
    {
        int width = config.Width;
        float[] merge = weights("attention.merge.weight"), value = weights("attention.value.weight");
        float[] absorbed = new float[width * config.Heads * config.Latent];
        for (int row = 0; row < width; row++)
        {
            for (int column = 0; column < width; column++)
            {
                var into = absorbed.AsSpan(((row * config.Heads) + (column / config.HeadWidth)) * config.Latent, config.Latent);
                Kernels.AddScaled(value.AsSpan(column * config.Latent, config.Latent), merge[(row * width) + column], into);
            }
        }
        return absorbed;
    }
}
