using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vigil.Features;

/// <summary>Reads a snapshot from a stream; what is damaged in whatever way is refused before it is used. Used by one thread at a time.</summary>
public sealed class SnapshotReader
{
    readonly Stream _stream;
    readonly XxHash128 _hash = new();
    byte[] _stored = [];

    SnapshotReader(Stream stream) => _stream = stream;

    /// <summary>Whose snapshot it is; see <see cref="SnapshotHeader.EnsureUsable"/>.</summary>
    public SnapshotHeader Header { get; private set; } = null!;

    /// <summary>Reads the header.</summary>
    /// <param name="stream">A snapshot from its first byte; it is not closed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">It is no snapshot, one of another version, cut off or altered; the message says which.</exception>
    public static async Task<SnapshotReader> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var reader = new SnapshotReader(stream);
        byte[] magic = new byte[SnapshotFormat.Magic.Length];
        await reader.ReadAsync(magic, cancellationToken);
        if (!SnapshotFormat.Magic.SequenceEqual(magic)) throw new InvalidDataException("it is no snapshot: its first bytes are others");
        int version = await reader.ReadAsync<int>(cancellationToken);
        if (version != SnapshotFormat.Version)
            throw new InvalidDataException($"the snapshot's format is version {version}, expected {SnapshotFormat.Version}: another build wrote it");
        int length = await reader.ReadAsync<int>(cancellationToken);
        if (length is < 0 or > SnapshotFormat.MaxHeaderLength) throw Altered();
        byte[] header = new byte[length];
        await reader.ReadAsync(header, cancellationToken);
        await reader.CheckAsync(cancellationToken);
        reader.Header = SnapshotHeader.From(header);
        return reader;
    }

    /// <summary>Reads and unpacks the next block.</summary>
    /// <returns>The block, whose memory goes back when it is disposed; null after the last.</returns>
    /// <exception cref="InvalidDataException">The snapshot is cut off or altered, or goes on after its end.</exception>
    public async Task<StateReader?> NextAsync(CancellationToken cancellationToken)
    {
        var head = await ReadAsync<SnapshotBlockHead>(cancellationToken);
        if (head.Section == SnapshotSection.End)
        {
            await CheckAsync(cancellationToken);
            if (await _stream.ReadAsync(new byte[1], cancellationToken) != 0) throw new InvalidDataException("the snapshot goes on after its end");
            return null;
        }
        if (head.Length is < 0 or > SnapshotBlock.MaxLength || head.StoredLength < 0 || head.StoredLength > BrotliEncoder.GetMaxCompressedLength(head.Length))
            throw Altered();
        if (_stored.Length < head.StoredLength) _stored = new byte[head.StoredLength];
        await ReadAsync(_stored.AsMemory(0, head.StoredLength), cancellationToken);
        await CheckAsync(cancellationToken);
        var block = new SnapshotBlock(head.Section, ArrayPool<byte>.Shared.Rent(head.Length), head.Length);
        bool isWhole = BrotliDecoder.TryDecompress(_stored.AsSpan(0, head.StoredLength), block.Buffer, out int written) && written == head.Length;
        return isWhole ? new(block) : throw Altered();
    }

    async Task CheckAsync(CancellationToken cancellationToken)
    {
        byte[] expected = _hash.GetCurrentHash(), found = new byte[SnapshotFormat.ChecksumLength];
        await ReadAsync(found, cancellationToken);
        if (!expected.AsSpan().SequenceEqual(found)) throw Altered();
    }

    async Task<T> ReadAsync<T>(CancellationToken cancellationToken)
        where T : unmanaged
    {
        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        await ReadAsync(bytes, cancellationToken);
        return MemoryMarshal.Read<T>(bytes);
    }

    async Task ReadAsync(Memory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.ReadExactlyAsync(bytes, cancellationToken);
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidDataException("the snapshot is cut off: it has no end", error);
        }
        _hash.Append(bytes.Span);
    }

    static InvalidDataException Altered() => new("the snapshot was altered: a checksum does not match");
}
