using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Vigil.Model;

/// <summary>
/// What one transaction of each card sees of those before it, out of the pages: dense where they fit into its window, and else by sparse attention, as
/// <see cref="SparseAttention"/> says. Made once a batch, used in every layer; cards of any lengths stand side by side.
/// </summary>
/// <remarks>
/// Letters: B cards, H heads, E numbers of a key, R of them the latent, L transactions in a page, S in the pages of the longest window, C nodes of the longest
/// cover, K selected blocks. To the search the cards are queries of one context, each with a table of pages of its own.
/// </remarks>
sealed class PagedStep
{
    readonly EncoderConfig _config;
    readonly PagedCache _cache;
    readonly PastTables? _tables;
    readonly Tensor _near, _mask;                                                                    // pages (B · S / L), (B, 1, S)
    readonly Tensor? _pages, _cover;                                                                 // (1, B, blocks + 1), nodes (B, C)
    readonly int _levels;

    /// <param name="config">The encoder's.</param>
    /// <param name="cache">Where the pages are.</param>
    /// <param name="tables">Of a whole context; null where attention is dense.</param>
    /// <param name="spans">Each card's transaction, of one place each.</param>
    internal PagedStep(EncoderConfig config, PagedCache cache, PastTables? tables, IReadOnlyList<PagedSpan> spans)
    {
        (_config, _cache, _tables) = (config, cache, tables);
        int rows = spans.Count, page = cache.Page, most = spans.Max(span => (span.From / page) + 1 - Before(span));
        long[] near = new long[rows * most];
        float[] mask = new float[rows * most * page];
        Array.Fill(mask, float.NegativeInfinity);
        for (int i = 0; i < rows; i++)
        {
            var (card, place, _) = spans[i];
            int before = Before(spans[i]);
            for (int j = before; j <= place / page; j++) near[(i * most) + j - before] = card.Pages[j];
            mask.AsSpan(i * most * page, place + 1 - (before * page)).Clear();
        }
        _near = tensor(near, device: cache.Device);
        _mask = tensor(mask, [rows, 1, most * page], cache.Keys[0].dtype, cache.Device);
        int farthest = spans.Max(Before);
        if (tables is null || farthest == 0) return;
        (_pages, _cover, _levels) = (PageTable(spans, tables.Blocks), Cover(spans, tables.None), PastTree.Levels(farthest));
    }

    /// <summary>The heads' means of latents in a layer.</summary>
    /// <param name="layer">Its index.</param>
    /// <param name="queries">Scaled, (B, 1, H, E).</param>
    /// <param name="gates">Logarithms of the gates of window, summaries and selected blocks, (B, 1, 3, H); null where attention is dense.</param>
    /// <returns>(B, 1, H, R).</returns>
    internal Tensor Attend(int layer, Tensor queries, Tensor? gates)
    {
        var q = queries.transpose(0, 1);                                                            // (1, B, H, E)
        long rows = q.shape[1], width = q.shape[3];
        var near = _cache.Keys[layer].index_select(0, _near).view(1, rows, -1, width);              // (1, B, S, E)
        var nearScores = q.matmul(near.transpose(2, 3)).Plus(_mask);                                // (1, B, H, S)
        if (_cover is null) return Seen([(nearScores, near)]);

        var past = new PagedPast(_tables!, _cache.Keys[layer], _cache.Summaries[layer], _pages!);
        var cover = past.Nodes(_cover.unsqueeze(0));                                                // (1, B, C, E)
        var search = new PastSearch(past, q, _config.Sparse!);
        search.Begin(_cover, q.matmul(cover.transpose(2, 3)));                                      // (1, B, H, C)
        for (int level = 0; level < _levels; level++) search.Open();
        var (selected, selectedScores) = search.Selected();                                         // (1, B, K · L, E), (1, B, H, K · L)
        var gate = gates!.transpose(0, 1).unsqueeze(-1).unbind(2);                                  // 3 x (1, B, H, 1)
        return Seen(
        [
            (nearScores.Plus(gate[0]), near),
            .. search.Summaries.Select(summaries => (summaries.Scores.Plus(gate[1]), summaries.Keys ?? cover)),
            (selectedScores.Plus(gate[2]), selected),
        ]);
    }

    /// <summary>One softmax over all branches.</summary>
    Tensor Seen(IReadOnlyList<(Tensor Scores, Tensor Keys)> branches)
    {
        var weights = F.softmax(cat([.. branches.Select(branch => branch.Scores)], -1), -1);         // (1, B, H, all)
        var keys = cat([.. branches.Select(branch => branch.Keys.narrow(-1, 0, _config.Latent))], 2); // (1, B, all, R)
        return weights.matmul(keys).transpose(0, 1);                                                // (B, 1, H, R)
    }

    /// <summary>Pages before a transaction's window.</summary>
    int Before(PagedSpan span) => _config.Sparse is { } sparse ? Math.Max(0, (span.From / sparse.Block) - sparse.Window) : 0;

    /// <summary>The page of each block, and of none.</summary>
    Tensor PageTable(IReadOnlyList<PagedSpan> spans, int blocks)
    {
        long[] pages = new long[spans.Count * (blocks + 1)];
        for (int i = 0; i < spans.Count; i++)
            for (int j = 0; j < spans[i].Card.Pages.Count; j++) pages[(i * (blocks + 1)) + j] = spans[i].Card.Pages[j];
        return tensor(pages, [1, spans.Count, blocks + 1], device: _cache.Device);
    }

    Tensor Cover(IReadOnlyList<PagedSpan> spans, int none)
    {
        int[][] covers = [.. spans.Select(span =>
        {
            int[] cover = new int[PastTree.MostInCover(Math.Max(1, Before(span)))];
            return cover[..PastTree.Cover(Before(span), cover)];
        })];
        int most = covers.Max(cover => cover.Length);
        var nodes = covers.SelectMany(cover => cover.Concat(Enumerable.Repeat(none, most - cover.Length))).Select(node => (long)node);
        return tensor(nodes.ToArray(), [spans.Count, most], device: _cache.Device);
    }
}

/// <summary>The pages of several cards as one context's past, in which each query has a table of pages of its own.</summary>
/// <param name="tables">Of a whole context.</param>
/// <param name="keys">(pages, L, E).</param>
/// <param name="summaries">(2 · pages, E).</param>
/// <param name="pages">The page of each block, (1, I, blocks + 1).</param>
sealed class PagedPast(PastTables tables, Tensor keys, Tensor summaries, Tensor pages) : Past(tables)
{
    internal override Tensor Nodes(Tensor nodes)
    {
        var (page, half) = Tables.Kept(nodes);
        var rows = pages.gather(-1, page);
        return summaries.index_select(0, rows.Plus(rows).Plus(half).reshape(-1)).view([.. nodes.shape, summaries.shape[1]]);
    }

    internal override Tensor Blocks(Tensor blocks) =>
        keys.index_select(0, pages.gather(-1, blocks).reshape(-1)).view(1, blocks.shape[1], -1, keys.shape[2]);
}
