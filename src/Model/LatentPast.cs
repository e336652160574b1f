namespace Vigil.Model;

/// <summary>
/// What lies before a query's window in one layer's cache: <see cref="PastTensors"/> and <see cref="PastSearch"/> for one transaction at a time. It keeps the
/// summaries, O(1) amortised a transaction, and finds what a query sees of the past, in O(log n).
/// </summary>
sealed class LatentPast
{
    readonly SparseConfig _config;
    readonly int _layer, _heads, _perPlace;
    readonly float[] _uniform, _logSizes, _scores, _best;
    readonly int[] _nodes, _cover, _beam, _candidates, _summaries, _tiles;
    readonly bool[] _isSummary;
    int _found, _inBeam, _summaryCount;

    internal LatentPast(EncoderConfig config, SparseConfig sparse, int layer)
    {
        (_config, _layer, _heads, _perPlace) = (sparse, layer, config.Heads, config.CachedPerPlace);
        int blocks = config.Context / sparse.Block, levels = PastTree.Levels(blocks), cover = PastTree.MostInCover(blocks);
        int most = cover + (2 * sparse.Top * levels);
        MostSummaries = Kernels.RoundUp(most, Kernels.Lanes);
        (_uniform, _tiles) = (new float[sparse.Block], new int[sparse.Block / Kernels.Lanes]);
        Array.Fill(_uniform, 1f / sparse.Block);
        _logSizes = [.. Enumerable.Range(0, levels + 1).Select(level => MathF.Log(sparse.Block << level))];
        (_scores, _best) = (new float[most * _heads], new float[most]);
        (_nodes, _summaries, _isSummary) = (new int[most], new int[most], new bool[most]);
        (_cover, _beam, _candidates) = (new int[cover], new int[sparse.Top], new int[Math.Max(cover, 2 * sparse.Top)]);
    }

    /// <summary>The most summaries that a query sees, rounded up to whole vectors.</summary>
    internal int MostSummaries { get; }

    /// <summary>How many summaries the query sees.</summary>
    internal int Summaries => _summaryCount;

    /// <summary>The blocks that the query sees transaction by transaction.</summary>
    internal int Blocks => _inBeam;

    internal int Block(int i) => _nodes[_beam[i]] / 2;

    internal int Node(int summary) => _nodes[_summaries[summary]];

    /// <summary>A head's match with a summary, the logarithm of its number of transactions included.</summary>
    internal float Score(int summary, int head) => _scores[(_summaries[summary] * _heads) + head];

    /// <summary>Summarises what a place completes: its block, and every node that ends with that.</summary>
    internal void Remember(CardCache cache, int place)
    {
        if ((place + 1) % _config.Block != 0) return;
        int block = place / _config.Block, end = block + 1;
        var mean = cache.Summary(_layer, PastTree.Node(0, block));
        for (int i = 0; i < _tiles.Length; i++) _tiles[i] = ((block * _tiles.Length) + i) * _perPlace * Kernels.Lanes;
        Kernels.Mix(cache.Tiles(_layer), _tiles, _uniform, mean);
        for (int level = 1; end % (1 << level) == 0; level++)
        {
            int node = PastTree.Node(level, end - (1 << level));
            mean = cache.Summary(_layer, node);
            mean.Clear();
            Kernels.AddScaled(cache.Summary(_layer, PastTree.Left(node)), 0.5f, mean);
            Kernels.AddScaled(cache.Summary(_layer, PastTree.Right(node)), 0.5f, mean);
        }
    }

    /// <summary>Finds what the query sees of the first blocks.</summary>
    /// <param name="cache">The card's.</param>
    /// <param name="queries">Of every head, one after the other.</param>
    /// <param name="blocks">Those before the window, at least 1.</param>
    internal void Search(CardCache cache, ReadOnlySpan<float> queries, int blocks)
    {
        _found = _inBeam = 0;
        int count = PastTree.Cover(blocks, _cover);
        for (int i = 0; i < count; i++) _candidates[i] = Add(cache, queries, _cover[i]);
        Keep(count);
        while (Open(cache, queries)) { }
        _summaryCount = 0;
        for (int i = 0; i < _found; i++)
            if (_isSummary[i]) _summaries[_summaryCount++] = i;
    }

    /// <summary>Replaces every node of the beam by its halves, and keeps the best; false where all were blocks already.</summary>
    bool Open(CardCache cache, ReadOnlySpan<float> queries)
    {
        int count = 0;
        bool opened = false;
        foreach (int found in _beam.AsSpan(0, _inBeam))
        {
            int node = _nodes[found];
            _isSummary[found] = PastTree.IsBlock(node); // a block that is not kept is seen as a summary again
            if (PastTree.IsBlock(node)) _candidates[count++] = found;
            else
            {
                _candidates[count++] = Add(cache, queries, PastTree.Left(node));
                _candidates[count++] = Add(cache, queries, PastTree.Right(node));
                opened = true;
            }
        }
        Keep(count);
        return opened;
    }

    int Add(CardCache cache, ReadOnlySpan<float> queries, int node)
    {
        var summary = cache.Summary(_layer, node);
        float size = _logSizes[PastTree.Level(node)], best = float.NegativeInfinity;
        for (int head = 0; head < _heads; head++)
        {
            float score = Kernels.Dot(queries.Slice(head * _perPlace, _perPlace), summary) + size;
            _scores[(_found * _heads) + head] = score;
            best = Math.Max(best, score);
        }
        (_nodes[_found], _best[_found], _isSummary[_found]) = (node, best, true);
        return _found++;
    }

    /// <summary>The best candidates become the beam, the first of equals first; they are no summaries.</summary>
    void Keep(int candidates)
    {
        _inBeam = 0;
        foreach (int found in _candidates.AsSpan(0, candidates))
        {
            int at = _inBeam;
            while (at > 0 && _best[_beam[at - 1]] < _best[found]) at--;
            if (at == _beam.Length) continue;
            int kept = Math.Min(_inBeam, _beam.Length - 1);
            _beam.AsSpan(at, kept - at).CopyTo(_beam.AsSpan(at + 1));
            _beam[at] = found;
            _inBeam = kept + 1;
        }
        foreach (int found in _beam.AsSpan(0, _inBeam)) _isSummary[found] = false;
    }
}
