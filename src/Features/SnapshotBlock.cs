using System.Buffers;

namespace Vigil.Features;

/// <summary>A run of whole records of one section, on its way into a snapshot.</summary>
/// <param name="Section">Whose they are.</param>
/// <param name="Buffer">From the shared array pool; whoever took the block over gives it back.</param>
/// <param name="Length">Bytes of the buffer that count.</param>
public readonly record struct SnapshotBlock(SnapshotSection Section, byte[] Buffer, int Length)
{
    /// <summary>A block is full with this many bytes: 1 MiB. Only a single record that is larger makes it longer.</summary>
    public const int FullLength = 1 << 20;

    /// <summary>No block is longer: 256 MiB.</summary>
    public const int MaxLength = 1 << 28;

    /// <summary>The bytes that count.</summary>
    public ReadOnlyMemory<byte> Bytes => Buffer.AsMemory(0, Length);

    /// <summary>Gives the buffer back; once.</summary>
    public void Return() => ArrayPool<byte>.Shared.Return(Buffer);
}
