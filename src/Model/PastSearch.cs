using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>
/// The beam search of <see cref="SparseAttention"/> down the <see cref="PastTree"/>, each query for itself and for all its heads: the best nodes are replaced
/// by their halves, until all are blocks; what is not kept stays a summary. A node is as good as the largest share of attention that any head gives it.
/// </summary>
sealed class PastSearch(Past past, Tensor queries, SparseConfig config)
{
    Tensor _beam = null!; // nodes, (B, I, K)

    /// <summary>Each step's candidates: their scores, minus infinity for those that were kept, (B, I, H, C); and their keys, null for the cover's.</summary>
    internal List<(Tensor Scores, Tensor? Keys)> Summaries { get; } = [];

    /// <summary>Keeps the best of the nodes that cover the past.</summary>
    /// <param name="cover">(J, C).</param>
    /// <param name="matches">Their products with the queries, (B, I, H, C).</param>
    internal void Begin(Tensor cover, Tensor matches)
    {
        long each = queries.shape[1] / cover.shape[0];
        var nodes = cover.unsqueeze(1).expand(-1, each, -1).reshape(1, queries.shape[1], -1).expand(queries.shape[0], -1, -1); // (B, I, C)
        Keep(nodes, matches, null);
    }

    /// <summary>Opens every node of the beam, and keeps the best of the halves.</summary>
    internal void Open()
    {
        var halves = past.Tables.Halves(_beam);                                                            // (B, I, 2K)
        var keys = past.Nodes(halves);                                                              // (B, I, 2K, E)
        Keep(halves, queries.matmul(keys.transpose(2, 3)), keys);
    }

    /// <summary>The transactions of the blocks that are left.</summary>
    internal (Tensor Keys, Tensor Scores) Selected()
    {
        var keys = past.Blocks(past.Tables.BlocksOf(_beam));                                        // (B, I, K · L, E)
        return (keys, queries.matmul(keys.transpose(2, 3)).Plus(past.Tables.BlockMask(_beam, config.Block))); // (B, I, H, K · L)
    }

    void Keep(Tensor nodes, Tensor matches, Tensor? keys)
    {
        var scores = matches.Plus(past.Tables.Sizes(nodes).unsqueeze(2));                                   // (B, I, H, C)
        using var best = scores.detach().amax([2]);                                                  // (B, I, C)
        var kept = best.topk((int)Math.Min(config.Top, nodes.shape[^1])).indexes;                           // (B, I, K)
        var mask = zeros_like(best).scatter(-1, kept, past.Tables.MinusInfinity.expand(kept.shape));        // (B, I, C)
        Summaries.Add((scores.Plus(mask.unsqueeze(2)), keys));
        _beam = nodes.gather(-1, kept);
    }
}
