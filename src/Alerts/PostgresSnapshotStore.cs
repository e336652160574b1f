using System.Data;
using Npgsql;

namespace Vigil.Alerts;

/// <summary>
/// Snapshots in Postgres, cut into rows (<see cref="SnapshotChunkStream"/>), each written in one transaction, so that it appears whole or not at all.
/// </summary>
public sealed class PostgresSnapshotStore : ISnapshotStore, IAsyncDisposable
{
    readonly NpgsqlDataSource _database;

    /// <summary>Makes a store; opens no connection yet.</summary>
    /// <exception cref="PostgresUnavailableException">The connection string cannot be read.</exception>
    public PostgresSnapshotStore(AlertsOptions options) => _database = FirstConnection.DataSource(options);

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> ListAsync(StreamPartition partition, CancellationToken cancellationToken = default) =>
        OrStoreFailure(partition, async () =>
        {
            await using var command = _database.CreateCommand("""
                SELECT next_offset FROM snapshot_chunk WHERE stream_id = $1 AND topic = $2 AND partition = $3 AND chunk = 0 ORDER BY next_offset DESC
                """);
            AddPartition(command, partition);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var offsets = new List<long>();
            while (await reader.ReadAsync(cancellationToken)) offsets.Add(reader.GetInt64(0));
            return (IReadOnlyList<long>)offsets;
        });

    /// <inheritdoc/>
    public Task WriteAsync(
        StreamPartition partition, long nextOffset, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nextOffset);
        return OrStoreFailure(partition, async () =>
        {
            await using var connection = await _database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await DeleteOthersAsync(connection, partition, nextOffset, cancellationToken);
            await using (var rows = await connection.BeginBinaryImportAsync(
                "COPY snapshot_chunk (stream_id, topic, partition, next_offset, chunk, bytes) FROM STDIN (FORMAT BINARY)", cancellationToken))
            {
                await using var stream = new SnapshotChunkStream(rows, partition, nextOffset);
                await write(stream, cancellationToken);
                await stream.CompleteAsync(cancellationToken);
            }
            await transaction.CommitAsync(cancellationToken);
            return true;
        });
    }

    /// <inheritdoc/>
    public Task ReadAsync(
        StreamPartition partition, long nextOffset, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default) =>
        OrStoreFailure(partition, async () =>
        {
            await using var command = _database.CreateCommand("""
                SELECT bytes FROM snapshot_chunk WHERE stream_id = $1 AND topic = $2 AND partition = $3 AND next_offset = $4 ORDER BY chunk
                """);
            AddPartition(command, partition);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = nextOffset });
            await using var rows = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
            if (!rows.HasRows) throw new SnapshotStoreException($"Postgres no longer has the snapshot of {partition} at offset {nextOffset}.");
            await using var stream = new SnapshotRowStream(rows);
            await read(stream, cancellationToken);
            return true;
        });

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>All but the newest of the earlier ones, beside which the new one stands.</summary>
    static async Task DeleteOthersAsync(NpgsqlConnection connection, StreamPartition partition, long nextOffset, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            DELETE FROM snapshot_chunk WHERE stream_id = $1 AND topic = $2 AND partition = $3 AND next_offset NOT IN (
                SELECT next_offset FROM snapshot_chunk
                 WHERE stream_id = $1 AND topic = $2 AND partition = $3 AND chunk = 0 AND next_offset < $4
                 ORDER BY next_offset DESC LIMIT $5)
            """, connection);
        AddPartition(command, partition);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = nextOffset });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = ISnapshotStore.Kept - 1 });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static void AddPartition(NpgsqlCommand command, StreamPartition partition)
    {
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = partition.StreamId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = partition.Topic });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = partition.Partition });
    }

    static async Task<T> OrStoreFailure<T>(StreamPartition partition, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException or IOException)
        {
            throw new SnapshotStoreException($"Postgres cannot be used for the snapshots of {partition}: {error.Message}", error);
        }
    }
}
