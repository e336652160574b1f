using Npgsql;

namespace Vigil.Faults.Tests;

/// <summary>A partition's cursor and what was counted with it.</summary>
readonly record struct StoredCursor(int Partition, long NextOffset, long Scored, long Alerts, long DeadLetters);

/// <summary>An alert's row: its place, its transaction, and a hash of all else that a score decides.</summary>
readonly record struct StoredAlert(int Partition, long Offset, string TransactionId, string Hash);

/// <summary>Reads what the service has stored, with plain SQL.</summary>
static class Stored
{
    internal static async Task<bool> IsMigratedAsync(string database) =>
        (await ReadAsync(database, "SELECT to_regclass('partition_cursor') IS NOT NULL", reader => reader.GetBoolean(0)))[0];

    internal static Task<List<StoredCursor>> CursorsAsync(string database) => ReadAsync(
        database, "SELECT partition, next_offset, scored, alerts, dead_letters FROM partition_cursor",
        reader => new StoredCursor(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));

    /// <summary>Everything of a row counts but its number and when it was scored and stored.</summary>
    internal static Task<List<StoredAlert>> AlertsAsync(string database) => ReadAsync(
        database, "SELECT partition, record_offset, transaction_id, md5((to_jsonb(a) - 'alert_id' - 'scored_at' - 'committed_at')::text) FROM alert AS a",
        reader => new StoredAlert(reader.GetInt32(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3)));

    /// <summary>The places of the dead letters of a topic.</summary>
    internal static Task<List<(int Partition, long Offset)>> DeadLettersAsync(string database, string topic) => ReadAsync(
        database, $"SELECT partition, record_offset FROM dead_letter WHERE topic = '{topic}'", reader => (reader.GetInt32(0), reader.GetInt64(1)));

    static async Task<List<T>> ReadAsync<T>(string database, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }
}
