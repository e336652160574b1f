using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>
/// Where a batch's transactions go in the pages: their keys, and the summaries of the blocks, and of the nodes above them, that they complete. Made once a
/// batch, used in every layer.
/// </summary>
/// <remarks>
/// Letters: B cards, T transactions of each, V of them all that are no padding, L transactions in a page, E numbers of a key, C nodes that are completed.
/// </remarks>
sealed class PagedWrite
{
    readonly PagedCache _cache;
    readonly Tensor _from, _to;                                                                      // (V), (V)
    readonly List<(Tensor From, Tensor To)> _summaries = [];                                         // by level: pages (C), then pairs of nodes (2C); nodes (C)

    /// <param name="cache">Where the pages are.</param>
    /// <param name="spans">Each card's places from one to before another, which the batch holds from its row's beginning on.</param>
    /// <param name="length">Of a row, T.</param>
    /// <param name="isVariant">Whether it is of forks: what they complete lies in their windows, and their summaries in pages that are others' too.</param>
    internal PagedWrite(PagedCache cache, IReadOnlyList<PagedSpan> spans, int length, bool isVariant = false)
    {
        _cache = cache;
        _from = Of(spans.SelectMany((span, row) => Enumerable.Range(row * length, span.To - span.From).Select(place => (long)place)));
        _to = Of(spans.SelectMany(span => Enumerable.Range(span.From, span.To - span.From).Select(span.Card.Row)));
        if (isVariant || cache.Summaries[0].shape[0] == 0) return;
        var blocks = Completed(0);
        if (blocks.Count == 0) return;
        _summaries.Add((Of(blocks.Select(block => (long)block.Card.Pages[block.Node / 2])), To(blocks)));
        for (int level = 1; Completed(level) is { Count: > 0 } nodes; level++)
            _summaries.Add((Of(nodes.SelectMany(Halves)), To(nodes)));

        List<(PagedCard Card, int Node)> Completed(int level)
        {
            int places = cache.Page << level;
            return [.. spans.SelectMany(span => Enumerable.Range(span.From / places, (span.To / places) - (span.From / places))
                .Select(i => (span.Card, PastTree.Node(level, i << level))))];
        }

        static long[] Halves((PagedCard Card, int Node) of) => [of.Card.NodeRow(PastTree.Left(of.Node)), of.Card.NodeRow(PastTree.Right(of.Node))];
        Tensor To(List<(PagedCard Card, int Node)> nodes) => Of(nodes.Select(node => node.Card.NodeRow(node.Node)));
        Tensor Of(IEnumerable<long> rows) => tensor(rows.ToArray(), device: cache.Device);
    }

    /// <summary>Keeps a layer's keys, (B, T, E).</summary>
    internal void Write(int layer, Tensor keys)
    {
        Tensor pages = _cache.Keys[layer], summaries = _cache.Summaries[layer];
        pages.view(-1, keys.shape[2]).index_copy_(0, _to, keys.reshape(-1, keys.shape[2]).index_select(0, _from)); // (V, E)
        for (int level = 0; level < _summaries.Count; level++)
        {
            var (from, to) = _summaries[level];
            var parts = level == 0 ? pages.index_select(0, from) : summaries.index_select(0, from).view(-1, 2, keys.shape[2]); // (C, L, E), (C, 2, E)
            summaries.index_copy_(0, to, parts.mean([1]));                                           // (C, E)
        }
    }
}

/// <summary>A card's places from one to before another.</summary>
readonly record struct PagedSpan(PagedCard Card, int From, int To);
