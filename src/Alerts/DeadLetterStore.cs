using Npgsql;

namespace Vigil.Alerts;

/// <summary>Reads dead letters, and remembers which of them were put back into their topic.</summary>
public sealed class DeadLetterStore : IAsyncDisposable
{
    const string Matching = """
          FROM dead_letter AS d
          LEFT JOIN LATERAL (
              SELECT * FROM dead_letter_replay AS r
               WHERE (r.stream_id, r.topic, r.partition, r.record_offset) = (d.stream_id, d.topic, d.partition, d.record_offset)
               ORDER BY r.attempt DESC LIMIT 1) AS r ON true
         WHERE (@stream::text IS NULL OR d.stream_id = @stream)
           AND (@topic::text IS NULL OR d.topic = @topic)
           AND (@reason::text IS NULL OR d.reason_code = @reason)
           AND (@partition::integer IS NULL OR d.partition = @partition)
           AND (@offset::bigint IS NULL OR d.record_offset = @offset)
           AND (@since::timestamptz IS NULL OR d.committed_at >= @since)
           AND NOT (@pending AND r.attempt IS NOT NULL)
        """;

    readonly NpgsqlDataSource _database;

    /// <summary>Makes a store; opens no connection yet.</summary>
    /// <exception cref="PostgresUnavailableException">The connection string cannot be read.</exception>
    public DeadLetterStore(AlertsOptions options) => _database = FirstConnection.DataSource(options);

    /// <summary>The newest dead letters that a filter admits, newest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="count">At most so many; 1 and up.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <exception cref="PostgresUnavailableException">No server answers, it refuses, or its schema is not there.</exception>
    public Task<IReadOnlyList<StoredDeadLetter>> LatestAsync(DeadLetterFilter filter, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return RunAsync($"""
            SELECT d.stream_id, d.topic, d.partition, d.record_offset, d.reason_code, d.message, d.raw, d.committed_at,
                   r.attempt, r.requested_by, r.requested_at, r.corrected, r.new_partition, r.new_offset
            {Matching}
             ORDER BY d.committed_at DESC, d.stream_id, d.topic, d.partition, d.record_offset DESC LIMIT @count
            """,
            command =>
            {
                AddFilter(command.Parameters, filter);
                command.Parameters.Add(new NpgsqlParameter<int>("count", count));
                return ReadAllAsync(command, Read, cancellationToken);
            }, cancellationToken);
    }

    /// <summary>How many dead letters a filter admits, by reason code, most first.</summary>
    /// <exception cref="PostgresUnavailableException">No server answers, it refuses, or its schema is not there.</exception>
    public Task<IReadOnlyList<(string ReasonCode, long Count)>> CountAsync(DeadLetterFilter filter, CancellationToken cancellationToken = default) => RunAsync(
        $"SELECT d.reason_code, count(*) {Matching} GROUP BY 1 ORDER BY 2 DESC, 1",
        command =>
        {
            AddFilter(command.Parameters, filter);
            return ReadAllAsync(command, reader => (reader.GetString(0), reader.GetInt64(1)), cancellationToken);
        }, cancellationToken);

    /// <summary>Notes that a dead letter is about to be put back. Of several who try at once, one may.</summary>
    /// <param name="letter">The dead letter.</param>
    /// <param name="request">Who asks for what.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>The attempt's number, for <see cref="CompleteReplayAsync"/>; null where it was put back before, or just now by another.</returns>
    /// <exception cref="PostgresUnavailableException">No server answers, or it refuses.</exception>
    public Task<int?> BeginReplayAsync(DeadLetter letter, DeadLetterReplayRequest request, CancellationToken cancellationToken = default) => RunAsync("""
        INSERT INTO dead_letter_replay (stream_id, topic, partition, record_offset, attempt, requested_by, corrected)
        SELECT @stream, @topic, @partition, @offset, before.attempts + 1, @by, @corrected
          FROM (SELECT count(*)::integer AS attempts FROM dead_letter_replay
                 WHERE stream_id = @stream AND topic = @topic AND partition = @partition AND record_offset = @offset) AS before
         WHERE @again OR before.attempts = 0
        ON CONFLICT DO NOTHING
        RETURNING attempt
        """,
        async command =>
        {
            AddPlace(command.Parameters, letter);
            command.Parameters.Add(new NpgsqlParameter<string>("by", StorableText.From(request.By)));
            command.Parameters.Add(new NpgsqlParameter<bool>("corrected", request.Corrected));
            command.Parameters.Add(new NpgsqlParameter<bool>("again", request.Again));
            return await command.ExecuteScalarAsync(cancellationToken) as int?;
        }, cancellationToken);

    /// <summary>Notes where the new record is.</summary>
    /// <exception cref="PostgresUnavailableException">No server answers, or it refuses.</exception>
    public Task CompleteReplayAsync(
        DeadLetter letter, int attempt, (int Partition, long Offset) created, CancellationToken cancellationToken = default) => RunAsync("""
        UPDATE dead_letter_replay SET new_partition = @new_partition, new_offset = @new_offset
         WHERE stream_id = @stream AND topic = @topic AND partition = @partition AND record_offset = @offset AND attempt = @attempt
        """,
        command =>
        {
            AddPlace(command.Parameters, letter);
            command.Parameters.Add(new NpgsqlParameter<int>("attempt", attempt));
            command.Parameters.Add(new NpgsqlParameter<int>("new_partition", created.Partition));
            command.Parameters.Add(new NpgsqlParameter<long>("new_offset", created.Offset));
            return command.ExecuteNonQueryAsync(cancellationToken);
        }, cancellationToken);

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    async Task<T> RunAsync<T>(string sql, Func<NpgsqlCommand, Task<T>> run, CancellationToken cancellationToken)
    {
        await using var connection = await FirstConnection.OpenAsync(_database.CreateConnection(), cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        try
        {
            return await run(command);
        }
        catch (PostgresException answer) when (answer.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new PostgresUnavailableException(
                $"Postgres at {connection.Host}:{connection.Port} (database {connection.Database}) refuses: {answer.MessageText}. "
                + "Run vigil migrate where tables are missing; dead letters are read by members of vigil_reader and replayed by members of vigil_admin.",
                answer);
        }
    }

    static async Task<IReadOnlyList<T>> ReadAllAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    static void AddFilter(NpgsqlParameterCollection parameters, DeadLetterFilter filter)
    {
        parameters.AddWithValue("stream", NpgsqlTypes.NpgsqlDbType.Text, filter.StreamId ?? (object)DBNull.Value);
        parameters.AddWithValue("topic", NpgsqlTypes.NpgsqlDbType.Text, filter.Topic ?? (object)DBNull.Value);
        parameters.AddWithValue("reason", NpgsqlTypes.NpgsqlDbType.Text, filter.ReasonCode ?? (object)DBNull.Value);
        parameters.AddWithValue("partition", NpgsqlTypes.NpgsqlDbType.Integer, filter.Partition ?? (object)DBNull.Value);
        parameters.AddWithValue("offset", NpgsqlTypes.NpgsqlDbType.Bigint, filter.Offset ?? (object)DBNull.Value);
        parameters.AddWithValue("since", NpgsqlTypes.NpgsqlDbType.TimestampTz, filter.Since?.UtcDateTime ?? (object)DBNull.Value);
        parameters.Add(new NpgsqlParameter<bool>("pending", filter.PendingOnly));
    }

    static void AddPlace(NpgsqlParameterCollection parameters, DeadLetter letter)
    {
        parameters.Add(new NpgsqlParameter<string>("stream", letter.Partition.StreamId));
        parameters.Add(new NpgsqlParameter<string>("topic", letter.Partition.Topic));
        parameters.Add(new NpgsqlParameter<int>("partition", letter.Partition.Partition));
        parameters.Add(new NpgsqlParameter<long>("offset", letter.Offset));
    }

    static StoredDeadLetter Read(NpgsqlDataReader reader) => new(
        new DeadLetter
        {
            Partition = new StreamPartition(reader.GetString(0), reader.GetString(1), reader.GetInt32(2)),
            Offset = reader.GetInt64(3),
            ReasonCode = reader.GetString(4),
            Message = reader.GetString(5),
            Raw = reader.GetFieldValue<byte[]>(6),
        },
        reader.GetFieldValue<DateTimeOffset>(7),
        reader.IsDBNull(8) ? null : new DeadLetterReplay(
            reader.GetInt32(8), reader.GetString(9), reader.GetFieldValue<DateTimeOffset>(10), reader.GetBoolean(11),
            reader.IsDBNull(12) ? null : reader.GetInt32(12), reader.IsDBNull(13) ? null : reader.GetInt64(13)));
}
