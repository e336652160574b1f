using Npgsql;
using NpgsqlTypes;

namespace Vigil.Alerts;

/// <summary>A stream that becomes rows of 1 MiB, so that neither side ever holds a snapshot whole.</summary>
sealed class SnapshotChunkStream(NpgsqlBinaryImporter rows, StreamPartition partition, long nextOffset) : AsyncOnlyStream
{
    readonly byte[] _chunk = new byte[1 << 20];
    int _filled;
    int _written;

    public override bool CanWrite => true;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            int part = Math.Min(buffer.Length, _chunk.Length - _filled);
            buffer[..part].CopyTo(_chunk.AsMemory(_filled));
            _filled += part;
            buffer = buffer[part..];
            if (_filled == _chunk.Length) await WriteRowAsync(cancellationToken);
        }
    }

    /// <summary>Writes the last row, which is not full, and the import's end.</summary>
    internal async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_filled > 0) await WriteRowAsync(cancellationToken);
        await rows.CompleteAsync(cancellationToken);
    }

    async Task WriteRowAsync(CancellationToken cancellationToken)
    {
        await rows.StartRowAsync(cancellationToken);
        await rows.WriteAsync(partition.StreamId, NpgsqlDbType.Text, cancellationToken);
        await rows.WriteAsync(partition.Topic, NpgsqlDbType.Text, cancellationToken);
        await rows.WriteAsync(partition.Partition, NpgsqlDbType.Integer, cancellationToken);
        await rows.WriteAsync(nextOffset, NpgsqlDbType.Bigint, cancellationToken);
        await rows.WriteAsync(_written++, NpgsqlDbType.Integer, cancellationToken);
        await rows.WriteAsync(_chunk.AsMemory(0, _filled), NpgsqlDbType.Bytea, cancellationToken);
        _filled = 0;
    }
}
