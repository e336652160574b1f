using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Features;

/// <summary>Reads back what <see cref="StateWriter"/> has written: one block, record after record.</summary>
/// <param name="section">Whose state it is.</param>
/// <param name="bytes">The block; they are read in place and must not change meanwhile.</param>
public sealed class StateReader(SnapshotSection section, ReadOnlyMemory<byte> bytes)
{
    int _read;

    /// <summary>Whose state it is.</summary>
    public SnapshotSection Section { get; } = section;

    /// <summary>Whether the block has no further record.</summary>
    public bool IsAtEnd => _read == bytes.Length;

    /// <summary>Reads one number.</summary>
    /// <exception cref="InvalidDataException">The block ends before.</exception>
    public T Read<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Next(Unsafe.SizeOf<T>()));

    /// <summary>Fills a span with numbers.</summary>
    /// <exception cref="InvalidDataException">The block ends before.</exception>
    public void Read<T>(Span<T> values)
        where T : unmanaged
    {
        var target = MemoryMarshal.AsBytes(values);
        Next(target.Length).CopyTo(target);
    }

    /// <summary>Reads a count, or a length.</summary>
    /// <param name="most">The largest that can be right.</param>
    /// <exception cref="InvalidDataException">It is negative or larger, or the block ends before.</exception>
    public int ReadCount(int most)
    {
        int count = Read<int>();
        return count >= 0 && count <= most
            ? count
            : throw new InvalidDataException($"the snapshot's section {Section} has a count of {count}, expected 0 to {most}");
    }

    ReadOnlySpan<byte> Next(int length)
    {
        if (length > bytes.Length - _read)
            throw new InvalidDataException($"the snapshot's section {Section} ends in the middle of a record: it was written by another build");
        var next = bytes.Span.Slice(_read, length);
        _read += length;
        return next;
    }
}
