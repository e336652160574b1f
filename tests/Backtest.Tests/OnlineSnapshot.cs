using System.Buffers;
using Vigil.Features;

namespace Vigil.Backtest.Tests;

/// <summary>A copy of a partition's state in memory, and the offset that it stands for.</summary>
sealed class OnlineSnapshot(int nextOffset)
{
    readonly List<(SnapshotSection Section, byte[] Bytes)> _blocks = [];

    internal int NextOffset => nextOffset;

    internal void Take(SnapshotBlock block)
    {
        _blocks.Add((block.Section, block.Bytes.ToArray()));
        ArrayPool<byte>.Shared.Return(block.Buffer);
    }

    internal void Restore(PartitionFeatures features)
    {
        foreach (var (section, bytes) in _blocks)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
            bytes.CopyTo(buffer, 0);
            using var reader = new StateReader(new(section, buffer, bytes.Length));
            features.Restore(reader);
        }
    }
}
