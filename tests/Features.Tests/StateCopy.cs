using System.Runtime.InteropServices;

namespace Vigil.Features.Tests;

/// <summary>A copy of a state, in memory.</summary>
sealed class StateCopy
{
    readonly List<(SnapshotSection Section, byte[] Bytes)> _blocks = [];

    /// <summary>Every record as text, sorted: in what order cards are copied means nothing.</summary>
    internal IEnumerable<string> Records => _blocks.SelectMany(block => RecordsOf(block.Section, block.Bytes)).Order(StringComparer.Ordinal);

    internal static StateCopy Of(PartitionFeatures features)
    {
        var copy = new StateCopy();
        features.BeginCopy(copy.Take);
        while (features.CopyNext()) { }
        return copy;
    }

    internal void Take(SnapshotBlock block) => _blocks.Add((block.Section, block.Bytes.ToArray()));

    internal void Restore(Action<StateReader> restore)
    {
        foreach (var (section, bytes) in _blocks)
        {
            var reader = new StateReader(new(section, bytes, bytes.Length));
            restore(reader);
            if (!reader.IsAtEnd) throw new InvalidDataException($"{section}: bytes are left");
        }
    }

    static IEnumerable<string> RecordsOf(SnapshotSection section, byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int length = MemoryMarshal.Read<int>(bytes.AsSpan(at));
            yield return $"{section} {Convert.ToHexString(bytes, at + sizeof(int), length)}";
            at += sizeof(int) + length;
        }
    }
}
