using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>The geometry of a <see cref="PastTree"/> over so many blocks, as tables on a device to gather from.</summary>
/// <remarks>Letters as in <see cref="SparseAttention"/>; N nodes, the last of which is none: its score is minus infinity.</remarks>
sealed class PastTables
{
    readonly Tensor _left, _right, _sizes, _blockOf, _isBlock, _page, _half;

    internal PastTables(SparseConfig config, int blocks, Device device, ScalarType type)
    {
        (Blocks, None) = (blocks, PastTree.Count(blocks) - 1);
        MinusInfinity = tensor([float.NegativeInfinity], type, device);
        int[] nodes = [.. Enumerable.Range(0, None + 1)];
        _left = Table(None, node => PastTree.IsBlock(node) ? node : PastTree.Left(node));
        _right = Table(None, node => PastTree.IsBlock(node) ? None : PastTree.Right(node));
        _blockOf = Table(blocks, node => PastTree.IsBlock(node) ? node / 2 : blocks);
        (_page, _half) = (Table(blocks, node => node / 2), Table(0, node => node % 2));
        _sizes = tensor(nodes.Select(node => Exists(node) ? MathF.Log(config.Block << PastTree.Level(node)) : float.NegativeInfinity).ToArray(), type, device);
        _isBlock = tensor(nodes.Select(node => Exists(node) && PastTree.IsBlock(node) ? 0 : float.NegativeInfinity).ToArray(), type, device);

        Tensor Table(long none, Func<int, int> of) => tensor(nodes.Select(node => Exists(node) ? of(node) : none).ToArray(), device: device);
    }

    /// <summary>Those of the tree; the block of this number is none.</summary>
    internal int Blocks { get; }

    /// <summary>The node that is none.</summary>
    internal int None { get; }

    /// <summary>One number.</summary>
    internal Tensor MinusInfinity { get; }

    /// <summary>All of it, for who keeps it longer than a dispose scope.</summary>
    internal IReadOnlyList<Tensor> All => [MinusInfinity, _left, _right, _sizes, _blockOf, _isBlock, _page, _half];

    /// <summary>Both halves of each node, the node itself and none of a block: (B, I, K) to (B, I, 2K).</summary>
    internal Tensor Halves(Tensor nodes) => cat([Of(_left, nodes), Of(_right, nodes)], -1);

    /// <summary>The logarithms of the numbers of transactions.</summary>
    internal Tensor Sizes(Tensor nodes) => Of(_sizes, nodes);

    /// <summary>The blocks that nodes are, none for those that are no block.</summary>
    internal Tensor BlocksOf(Tensor nodes) => Of(_blockOf, nodes);

    /// <summary>Minus infinity for those that are no block, for each of a block's transactions: (B, I, K) to (B, I, 1, K · L).</summary>
    internal Tensor BlockMask(Tensor nodes, int block) =>
        Of(_isBlock, nodes).unsqueeze(-1).expand(-1, -1, -1, block).reshape(nodes.shape[0], nodes.shape[1], 1, nodes.shape[2] * block);

    /// <summary>With which block a node's summary is kept in a <see cref="PagedCache"/>, and which of that block's two it is.</summary>
    internal (Tensor Block, Tensor Half) Kept(Tensor nodes) => (Of(_page, nodes), Of(_half, nodes));

    static Tensor Of(Tensor table, Tensor nodes) => table.index_select(0, nodes.reshape(-1)).view(nodes.shape);

    bool Exists(int node) => node < None && PastTree.FirstBlock(node) + (1 << PastTree.Level(node)) <= Blocks;
}

/// <summary>The keys that a <see cref="PastSearch"/> meets.</summary>
/// <param name="tables">The tree's.</param>
abstract class Past(PastTables tables)
{
    internal PastTables Tables { get; } = tables;

    /// <summary>Summaries of nodes: (B, I, K) to (B, I, K, E).</summary>
    internal abstract Tensor Nodes(Tensor nodes);

    /// <summary>The keys of blocks, zeros of none: (B, I, K) to (B, I, K · L, E).</summary>
    internal abstract Tensor Blocks(Tensor blocks);
}
