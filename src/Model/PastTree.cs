using System.Numerics;

namespace Vigil.Model;

/// <summary>
/// The dyadic tree over the blocks of a context, by which a query sees n transactions at a cost of O(log n). A node of level l stands for 2^l blocks, the
/// mean of whose keys is its summary. What lies before a query's window is covered by O(log n) nodes, small ones near the window and large ones far from
/// it; the query opens the nodes that it likes best, down to blocks (<see cref="SparseAttention"/>), and sees the others as summaries. After hierarchical
/// attention (H-Transformer-1D, https://arxiv.org/abs/2107.11906) and native sparse attention (https://arxiv.org/abs/2502.11089), whose selection scores
/// every compressed block of the past and so costs O(n) a query.
/// </summary>
/// <remarks>
/// Nodes are numbered in order: that of level l over the blocks from x · 2^l on is (2x + 1) · 2^l - 1. So no number changes when the context grows, and
/// a block's own node is twice its number.
/// </remarks>
static class PastTree
{
    /// <summary>Room for the nodes over so many blocks.</summary>
    internal static int Count(int blocks) => 2 * blocks;

    internal static int Node(int level, int firstBlock) => (2 * firstBlock) + (1 << level) - 1;

    internal static int Level(int node) => BitOperations.TrailingZeroCount(node + 1);

    internal static int FirstBlock(int node) => (node + 1 - (1 << Level(node))) / 2;

    internal static bool IsBlock(int node) => (node & 1) == 0;

    /// <summary>The node over the first half of a node's blocks.</summary>
    internal static int Left(int node) => node - (1 << Level(node) >> 1);

    /// <summary>The node over the second half.</summary>
    internal static int Right(int node) => node + (1 << Level(node) >> 1);

    /// <summary>The most nodes that <see cref="Cover"/> gives for so many blocks.</summary>
    internal static int MostInCover(int blocks) => 2 * (Levels(blocks) + 1);

    /// <summary>The highest level of a node over so many blocks.</summary>
    internal static int Levels(int blocks) => BitOperations.Log2((uint)Math.Max(1, blocks));

    /// <summary>
    /// Covers the first blocks by nodes, each block once, from the nearest to the farthest: a node is at most one block longer than all that lies
    /// between it and the end.
    /// </summary>
    /// <returns>How many nodes.</returns>
    internal static int Cover(int blocks, Span<int> nodes)
    {
        int count = 0;
        for (int end = blocks; end > 0;)
        {
            int level = Math.Min(BitOperations.TrailingZeroCount(end), BitOperations.Log2((uint)(blocks - end + 1)));
            end -= 1 << level;
            nodes[count++] = Node(level, end);
        }
        return count;
    }
}
