using Npgsql;

namespace Vigil.Alerts;

/// <summary>Writes dead letters that no cursor is moved with; their places in the log keep each from being written twice.</summary>
static class BuryStatement
{
    const string Sql = """
        INSERT INTO dead_letter (stream_id, topic, partition, record_offset, reason_code, message, raw)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (stream_id, topic, partition, record_offset) DO NOTHING
        """;

    /// <returns>How many were not there yet.</returns>
    internal static async Task<int> ExecuteAsync(NpgsqlConnection connection, IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                Column(letters, letter => letter.Partition.StreamId),
                Column(letters, letter => letter.Partition.Topic),
                Column(letters, letter => letter.Partition.Partition),
                Column(letters, letter => letter.Offset),
                Column(letters, letter => StorableText.From(letter.ReasonCode)),
                Column(letters, letter => StorableText.From(letter.Message)),
                Column(letters, letter => letter.Raw.ToArray()),
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static NpgsqlParameter<T[]> Column<T>(IReadOnlyList<DeadLetter> letters, Func<DeadLetter, T> value) => new() { TypedValue = [.. letters.Select(value)] };
}
