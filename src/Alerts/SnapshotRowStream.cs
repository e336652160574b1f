using Npgsql;

namespace Vigil.Alerts;

/// <summary>Rows of <see cref="SnapshotChunkStream"/> as one stream again.</summary>
sealed class SnapshotRowStream(NpgsqlDataReader rows) : AsyncOnlyStream
{
    Stream? _chunk;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            if (_chunk is not null)
            {
                int read = await _chunk.ReadAsync(buffer, cancellationToken);
                if (read > 0) return read;
                await _chunk.DisposeAsync();
                _chunk = null;
            }
            if (!await rows.ReadAsync(cancellationToken)) return 0;
            _chunk = await rows.GetStreamAsync(0, cancellationToken);
        }
    }
}
