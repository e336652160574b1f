using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Vigil.Model;

/// <summary>
/// Dynamic sparse attention over latents, for all queries of a batch at once: O(n log n). Each query sees its window of blocks, the blocks that a beam
/// search down the <see cref="PastTree"/> selects for it, and summaries of everything else, each transaction in exactly one of the three. Three gates for
/// each head, sigmoids of the token, weigh the branches' shares of one softmax. Where all gates are equal they cancel; a summary counts as often as it has
/// transactions; so a query that selects the whole past sees what dense attention sees, and one whose window holds it sees exactly that.
/// A query never chooses for another, and blocks are complete before anybody asks for them: nothing leaks from the future, and the decoder, one transaction
/// at a time, finds the same blocks.
/// </summary>
/// <remarks>
/// Letters: B batch, T transactions, I queries of a slice, J their blocks, L transactions in a block, H heads, E numbers of a key, R of them the latent,
/// C nodes of a cover, K selected blocks, S keys in a window.
/// </remarks>
sealed class SparseAttention(SparseConfig config, int latent)
{
    /// <summary>Blocks whose queries are computed at once, which bounds the memory of a long prefill.</summary>
    const int Slice = 32;

    /// <summary>The heads' means of latents.</summary>
    /// <param name="queries">Scaled, (B, T, H, E).</param>
    /// <param name="keys">A latent and a rotary key each, (B, T, E).</param>
    /// <param name="gates">Logarithms of the gates of window, summaries and selected blocks, (B, T, 3, H).</param>
    /// <param name="first">The first query that is wanted.</param>
    /// <returns>(B, T - first, H, R).</returns>
    internal Tensor Forward(Tensor queries, Tensor keys, Tensor gates, int first)
    {
        int length = (int)keys.shape[1], blocks = (length + config.Block - 1) / config.Block, padding = (blocks * config.Block) - length;
        var past = new PastTensors(config, Padded(keys, padding), blocks);
        (queries, gates) = (Padded(queries, padding), Padded(gates, padding));
        int start = first / config.Block;
        var seen = new List<Tensor>();
        for (int from = start; from < blocks; from += Slice)
        {
            using var slice = NewDisposeScope(); // what the gradient does not need is freed before the next
            int count = Math.Min(Slice, blocks - from);
            Tensor query = queries.narrow(1, from * config.Block, count * config.Block), gate = gates.narrow(1, from * config.Block, count * config.Block);
            seen.Add(Attend(query, gate, past, from).MoveToOuterDisposeScope());
        }
        return cat(seen, 1).narrow(1, first - (start * config.Block), length - first);
    }

    static Tensor Padded(Tensor x, int padding)
    {
        if (padding == 0) return x;
        long[] shape = x.shape;
        shape[1] = padding;
        return cat([x, zeros(shape, dtype: x.dtype, device: x.device)], 1);
    }

    Tensor Attend(Tensor queries, Tensor gates, PastTensors past, int from)
    {
        long rows = queries.shape[0], count = queries.shape[1], heads = queries.shape[2], blocks = count / config.Block;
        var byBlock = queries.reshape(rows, blocks, config.Block * heads, -1);                       // (B, J, L · H, E)
        var gate = gates.unsqueeze(-1).unbind(2);                                                   // 3 x (B, I, H, 1)
        var window = past.Window(from, (int)blocks);                                                // (B, J, E, S)
        var near = byBlock.matmul(window).view(rows, blocks, config.Block, heads, -1).Plus(past.WindowMask(from, (int)blocks))
            .view(rows, count, heads, -1);                                                          // (B, I, H, S)
        var (cover, coverKeys) = past.Cover(from, (int)blocks);                                      // (J, C), (B, J, C, E)
        var search = new PastSearch(past, queries, config);
        search.Begin(cover, byBlock.matmul(coverKeys.transpose(2, 3)).view(rows, count, heads, -1)); // (B, I, H, C)
        for (int level = 0; level < past.Levels; level++) search.Open();
        var (selectedKeys, selected) = search.Selected();                                            // (B, I, K · L, E), (B, I, H, K · L)

        Tensor[] scores = [near.Plus(gate[0]), .. search.Summaries.Select(summaries => summaries.Scores.Plus(gate[1])), selected.Plus(gate[2])];
        var weights = F.softmax(cat(scores, -1), -1).split([.. scores.Select(branch => branch.shape[^1])], -1);
        var seen = ByBlock(weights[0]).matmul(window.transpose(2, 3).narrow(-1, 0, latent)).view(rows, count, heads, latent)
            .Plus(ByBlock(weights[1]).matmul(coverKeys.narrow(-1, 0, latent)).view(rows, count, heads, latent))
            .Plus(weights[^1].matmul(selectedKeys.narrow(-1, 0, latent)));
        for (int i = 1; i < search.Summaries.Count; i++) seen = seen.Plus(weights[i + 1].matmul(search.Summaries[i].Keys!.narrow(-1, 0, latent)));
        return seen;                                                                                // (B, I, H, R)

        Tensor ByBlock(Tensor x) => x.reshape(rows, blocks, config.Block * heads, -1);
    }
}
