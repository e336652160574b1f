using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Features;

/// <summary>Reads back what <see cref="StateWriter"/> has written: one block, record after record.</summary>
/// <param name="block">The block; its buffer goes back to the shared array pool with <see cref="Dispose"/>.</param>
public sealed class StateReader(SnapshotBlock block) : IDisposable
{
    int _read;
    int _recordEnd;

    /// <summary>Whose state it is.</summary>
    public SnapshotSection Section => block.Section;

    /// <summary>All bytes of the block.</summary>
    public ReadOnlyMemory<byte> Bytes => block.Bytes;

    /// <summary>Whether the block has no further record.</summary>
    public bool IsAtEnd => _read == block.Length;

    /// <summary>Gives the memory back; call it once.</summary>
    public void Dispose() => block.Return();

    /// <summary>Goes on to the next record.</summary>
    /// <exception cref="InvalidDataException">It is longer than the block.</exception>
    public void BeginRecord()
    {
        _recordEnd = block.Length;
        int length = ReadCount(block.Length);
        if (length > block.Length - _read) throw Mismatch();
        _recordEnd = _read + length;
    }

    /// <summary>Says that the record has been read.</summary>
    /// <exception cref="InvalidDataException">It is longer.</exception>
    public void EndRecord()
    {
        if (_read != _recordEnd) throw Mismatch();
    }

    /// <summary>Reads one number.</summary>
    /// <exception cref="InvalidDataException">The record ends before.</exception>
    public T Read<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Next(Unsafe.SizeOf<T>()));

    /// <summary>Fills a span with numbers.</summary>
    /// <exception cref="InvalidDataException">The record ends before.</exception>
    public void Read<T>(Span<T> values)
        where T : unmanaged
    {
        var target = MemoryMarshal.AsBytes(values);
        Next(target.Length).CopyTo(target);
    }

    /// <summary>Reads a count, or a length.</summary>
    /// <param name="most">The largest that can be right.</param>
    /// <exception cref="InvalidDataException">It is negative or larger, or the record ends before.</exception>
    public int ReadCount(int most)
    {
        int count = Read<int>();
        return count >= 0 && count <= most
            ? count
            : throw new InvalidDataException($"the snapshot's section {Section} has a count of {count}, expected 0 to {most}");
    }

    ReadOnlySpan<byte> Next(int length)
    {
        if (length > _recordEnd - _read) throw Mismatch();
        var next = block.Buffer.AsSpan(_read, length);
        _read += length;
        return next;
    }

    InvalidDataException Mismatch() => new($"a record of the snapshot's section {Section} has another length than this build expects: another build wrote it");
}
