using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>The <see cref="PastTree"/> of a batch as tensors, whose transactions lie one after the other.</summary>
/// <remarks>Letters as in <see cref="SparseAttention"/>; N nodes.</remarks>
sealed class PastTensors : Past
{
    readonly SparseConfig _config;
    readonly int _blocks;
    readonly long _rows, _width;
    readonly Device _device;
    readonly Tensor _keys, _flatNodes, _flatBlocks;

    /// <param name="config">The lengths.</param>
    /// <param name="keys">A whole number of blocks, (B, T, E).</param>
    /// <param name="blocks">How many.</param>
    internal PastTensors(SparseConfig config, Tensor keys, int blocks) : base(new(config, blocks, keys.device, keys.dtype))
    {
        (_config, _keys, _blocks, _device) = (config, keys, blocks, keys.device);
        (_rows, _width) = (keys.shape[0], keys.shape[2]);
        Levels = PastTree.Levels(Math.Max(1, blocks - 1 - config.Window));
        _flatNodes = Summarise().reshape(-1, _width);                                               // (B · N, E)
        var padding = zeros([_rows, 1, config.Block * _width], dtype: keys.dtype, device: _device);
        _flatBlocks = cat([keys.reshape(_rows, blocks, -1), padding], 1).reshape((blocks + 1) * _rows, -1); // (B · (blocks + 1), L · E)
    }

    /// <summary>How often the largest node of a cover can be halved.</summary>
    internal int Levels { get; }

    /// <summary>The keys that the queries of some blocks may see one by one, their own blocks' last: (B, J, E, S).</summary>
    internal Tensor Window(int from, int count)
    {
        int reach = _config.Window * _config.Block, start = (from * _config.Block) - reach;
        var keys = _keys.narrow(1, Math.Max(0, start), (count * _config.Block) + reach + Math.Min(0, start)); // as far as there are
        if (start < 0) keys = cat([zeros([_rows, -start, _width], dtype: keys.dtype, device: _device), keys], 1);
        return keys.unfold(1, reach + _config.Block, _config.Block);
    }

    /// <summary>Minus infinity for what lies after the query or before the context, (J, L, 1, S).</summary>
    internal Tensor WindowMask(int from, int count)
    {
        int block = _config.Block, reach = _config.Window * block, keys = reach + block;
        float[] mask = new float[count * block * keys];
        for (int query = 0; query < count * block; query++)
        {
            int first = (((query / block) + from) * block) - reach; // the place of the window's first key
            mask.AsSpan(query * keys, Math.Clamp(-first, 0, keys)).Fill(float.NegativeInfinity);
            mask.AsSpan((query * keys) + reach + (query % block) + 1, block - 1 - (query % block)).Fill(float.NegativeInfinity);
        }
        return tensor(mask, [count, block, 1, keys], _keys.dtype, _device);
    }

    /// <summary>The nodes that cover what lies before each block's window, (J, C), and their summaries, (B, J, C, E).</summary>
    internal (Tensor Nodes, Tensor Keys) Cover(int from, int count)
    {
        int most = PastTree.MostInCover(_blocks);
        int[] cover = new int[most];
        long[] nodes = new long[count * most];
        for (int i = 0; i < count; i++)
        {
            int found = PastTree.Cover(Math.Max(0, from + i - _config.Window), cover);
            for (int j = 0; j < most; j++) nodes[(i * most) + j] = j < found ? cover[j] : Tables.None;
        }
        var table = tensor(nodes, [1, count, most], device: _device);
        return (table[0], Nodes(table.expand(_rows, -1, -1)));
    }

    internal override Tensor Nodes(Tensor nodes) => Gather(_flatNodes, nodes, Tables.None + 1).view([.. nodes.shape, _width]);

    internal override Tensor Blocks(Tensor blocks) =>
        Gather(_flatBlocks, blocks, _blocks + 1).view(_rows, blocks.shape[1], blocks.shape[2] * _config.Block, _width);

    /// <summary>Rows of each batch row's own table, whose tables follow each other.</summary>
    Tensor Gather(Tensor flat, Tensor index, int tableLength)
    {
        var offset = tensor(Enumerable.Range(0, (int)_rows).Select(row => (long)row * tableLength).ToArray(), [_rows, 1, 1], device: _device);
        return flat.index_select(0, index.Plus(offset).reshape(-1));
    }

    /// <summary>The mean of every node's keys, by its number: (B, N, E).</summary>
    Tensor Summarise()
    {
        var level = _keys.view(_rows, _blocks, _config.Block, _width).mean([2]);                     // (B, blocks, E)
        var levels = new List<Tensor> { level };
        long[] order = new long[Tables.None + 1];
        long row = 0;
        for (int l = 0; ; l++)
        {
            for (int i = 0; i < level.shape[1]; i++) order[PastTree.Node(l, i << l)] = row++;
            if (level.shape[1] == 1) break;
            long pairs = level.shape[1] / 2;
            level = level.narrow(1, 0, 2 * pairs).view(_rows, pairs, 2, _width).mean([2]);
            levels.Add(level);
        }
        order[Tables.None] = row;
        levels.Add(zeros([_rows, 1, _width], dtype: _keys.dtype, device: _device));
        return cat(levels, 1).index_select(1, tensor(order, device: _device));
    }
}
