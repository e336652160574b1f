using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Features;

/// <summary>
/// Turns state into blocks of bytes, record after record: each owner of state writes its own fields, and <see cref="StateReader"/> reads them in the same
/// order. Numbers are as in memory, little-endian. One thread at a time.
/// </summary>
/// <param name="section">Whose state it is.</param>
/// <param name="take">Takes a block over whenever one is full, and gives its buffer back to the shared array pool.</param>
public sealed class StateWriter(SnapshotSection section, Action<SnapshotBlock> take)
{
    byte[] _buffer = [];
    int _length;
    int _record; // Where the record begins that is being written: with its own length.

    /// <summary>Bytes written so far, those in blocks that were taken over too.</summary>
    public long Written { get; private set; }

    /// <summary>Writes one number.</summary>
    public void Write<T>(T value)
        where T : unmanaged => MemoryMarshal.Write(Room(Unsafe.SizeOf<T>()), in value);

    /// <summary>Writes numbers side by side, without their count.</summary>
    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        bytes.CopyTo(Room(bytes.Length));
    }

    /// <summary>Begins a record. A block holds whole records only, each with its length before it.</summary>
    public void BeginRecord()
    {
        _record = _length;
        Write(0);
    }

    /// <summary>Ends the record, and hands the block out where it is full.</summary>
    public void EndRecord()
    {
        int length = _length - _record - sizeof(int);
        MemoryMarshal.Write(_buffer.AsSpan(_record), in length);
        if (_length >= SnapshotBlock.FullLength) Flush();
    }

    /// <summary>Hands the last block out, where it holds anything.</summary>
    public void Flush()
    {
        if (_length == 0) return;
        var block = new SnapshotBlock(section, _buffer, _length);
        (_buffer, _length) = ([], 0);
        take(block);
    }

    Span<byte> Room(int bytes)
    {
        if (_buffer.Length - _length < bytes) Grow(bytes);
        var room = _buffer.AsSpan(_length, bytes);
        _length += bytes;
        Written += bytes;
        return room;
    }

    void Grow(int bytes)
    {
        long needed = (long)_length + bytes;
        if (needed > SnapshotBlock.MaxLength)
            throw new InvalidOperationException($"A record of {section} has {needed} bytes; a block of a snapshot holds at most {SnapshotBlock.MaxLength}.");
        long wanted = _length == 0 ? SnapshotBlock.FullLength + (SnapshotBlock.FullLength / 8) : 2L * _length;
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(needed, wanted));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
