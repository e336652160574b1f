using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Features;

/// <summary>Writes a snapshot into a stream: a header, blocks in any order, an end. Used by one thread at a time, not the pipeline's.</summary>
/// <param name="stream">Where to; it is neither flushed nor closed.</param>
public sealed class SnapshotWriter(Stream stream) : IDisposable
{
    /// <summary>The fastest: a snapshot is written far more often than read, and the state's bytes are dense already.</summary>
    const int Quality = 1;

    /// <summary>4 MiB, more than a block.</summary>
    const int WindowBits = 22;

    readonly XxHash128 _hash = new();
    byte[] _packed = [];

    /// <summary>Bytes written so far.</summary>
    public long Written { get; private set; }

    /// <summary>Writes the header; once, first.</summary>
    public async Task WriteAsync(SnapshotHeader header, CancellationToken cancellationToken)
    {
        byte[] text = header.ToBytes();
        await WriteAsync(SnapshotFormat.Magic.ToArray(), cancellationToken);
        await WriteAsync(BytesOf(SnapshotFormat.Version), cancellationToken);
        await WriteAsync(BytesOf(text.Length), cancellationToken);
        await WriteAsync(text, cancellationToken);
        await WriteChecksumAsync(cancellationToken);
    }

    /// <summary>Packs a block and writes it; its buffer may be reused when this has returned.</summary>
    public async Task WriteAsync(SnapshotBlock block, CancellationToken cancellationToken)
    {
        int most = BrotliEncoder.GetMaxCompressedLength(block.Length);
        if (_packed.Length < most)
        {
            Dispose();
            _packed = ArrayPool<byte>.Shared.Rent(most);
        }
        if (!BrotliEncoder.TryCompress(block.Bytes.Span, _packed, out int length, Quality, WindowBits))
            throw new InvalidOperationException($"A block of {block.Length} bytes could not be compressed into {_packed.Length}.");
        await WriteAsync(BytesOf(new SnapshotBlockHead(block.Section, block.Length, length)), cancellationToken);
        await WriteAsync(_packed.AsMemory(0, length), cancellationToken);
        await WriteChecksumAsync(cancellationToken);
    }

    /// <summary>Writes the end, without which a snapshot counts as cut off.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await WriteAsync(BytesOf(default(SnapshotBlockHead)), cancellationToken);
        await WriteChecksumAsync(cancellationToken);
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        if (_packed.Length > 0) ArrayPool<byte>.Shared.Return(_packed);
        _packed = [];
    }

    async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _hash.Append(bytes.Span);
        await stream.WriteAsync(bytes, cancellationToken);
        Written += bytes.Length;
    }

    Task WriteChecksumAsync(CancellationToken cancellationToken) => WriteAsync(_hash.GetCurrentHash(), cancellationToken);

    static byte[] BytesOf<T>(T value)
        where T : unmanaged
    {
        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        MemoryMarshal.Write(bytes, in value);
        return bytes;
    }
}
