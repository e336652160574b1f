using Npgsql;

namespace Vigil.Alerts;

/// <summary>Reads what the sink wrote: for screens, and for checks that do not trust the pipeline's own counters.</summary>
public sealed class AlertReader : IAsyncDisposable
{
    readonly NpgsqlDataSource _database;

    /// <summary>Makes a reader; opens no connection yet.</summary>
    /// <exception cref="PostgresUnavailableException">The connection string cannot be read.</exception>
    public AlertReader(AlertsOptions options) => _database = FirstConnection.DataSource(options);

    /// <summary>The newest alerts of a stream, newest first.</summary>
    /// <param name="streamId">Which stream.</param>
    /// <param name="count">At most so many; 1 and up.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<IReadOnlyList<StoredAlert>> LatestAsync(string streamId, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        await using var command = _database.CreateCommand("""
            SELECT alert_id, stream_id, topic, partition, record_offset, transaction_id, card_token, event_time, amount, currency, merchant_id,
                   score, score_1000, threshold, reasons::text, model_version, feature_version, policy_version, appended_at, scored_at, committed_at
              FROM alert WHERE stream_id = $1 ORDER BY alert_id DESC LIMIT $2
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = streamId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var alerts = new List<StoredAlert>();
        while (await reader.ReadAsync(cancellationToken)) alerts.Add(new StoredAlert(reader.GetInt64(0), Read(reader), Time(reader, 20)));
        return alerts;
    }

    /// <summary>Counts a stream's rows.</summary>
    public async Task<StreamCounts> CountAsync(string streamId, CancellationToken cancellationToken = default)
    {
        await using var command = _database.CreateCommand("""
            WITH c AS (SELECT coalesce(sum(scored), 0)::bigint AS scored, coalesce(sum(alerts), 0)::bigint AS alerts,
                              coalesce(sum(dead_letters), 0)::bigint AS dead_letters FROM partition_cursor WHERE stream_id = $1),
                 a AS (SELECT count(*) AS alerts, count(*) - count(DISTINCT transaction_id) AS duplicates FROM alert WHERE stream_id = $1),
                 d AS (SELECT count(*) AS dead_letters FROM dead_letter
                        WHERE stream_id = $1 AND topic IN (SELECT topic FROM partition_cursor WHERE stream_id = $1))
            SELECT c.scored, a.alerts, d.dead_letters, a.duplicates, abs(c.alerts - a.alerts) + abs(c.dead_letters - d.dead_letters) FROM c, a, d
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = streamId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new StreamCounts(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4));
    }

    /// <summary>Percentiles from append to alert row, over a stream's alerts; both clocks are taken as they are.</summary>
    public async Task<AlertLatency> LatencyAsync(string streamId, CancellationToken cancellationToken = default)
    {
        await using var command = _database.CreateCommand("""
            SELECT count(*), percentile_cont(ARRAY[0.5, 0.95, 0.99, 0.999])
                             WITHIN GROUP (ORDER BY extract(epoch FROM committed_at - appended_at)::double precision)
              FROM alert WHERE stream_id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = streamId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.GetInt64(0) == 0) return new AlertLatency(0, default, default, default, default);
        var seconds = await reader.GetFieldValueAsync<double[]>(1, cancellationToken);
        var spans = Array.ConvertAll(seconds, TimeSpan.FromSeconds);
        return new AlertLatency(reader.GetInt64(0), spans[0], spans[1], spans[2], spans[3]);
    }

    static Alert Read(NpgsqlDataReader reader) => new()
    {
        Partition = new StreamPartition(reader.GetString(1), reader.GetString(2), reader.GetInt32(3)),
        Offset = reader.GetInt64(4),
        TransactionId = reader.GetString(5),
        CardToken = reader.GetString(6),
        EventTime = Time(reader, 7),
        Amount = reader.GetInt64(8),
        Currency = reader.GetString(9),
        MerchantId = reader.GetString(10),
        Score = reader.GetDouble(11),
        Score1000 = reader.GetInt16(12),
        Threshold = reader.GetDouble(13),
        Reasons = AlertReasons.FromJson(reader.GetString(14)),
        ModelVersion = reader.GetString(15),
        FeatureVersion = reader.GetString(16),
        PolicyVersion = reader.GetString(17),
        AppendedAt = Time(reader, 18),
        ScoredAt = Time(reader, 19),
    };

    static DateTimeOffset Time(NpgsqlDataReader reader, int column) => reader.GetFieldValue<DateTimeOffset>(column);

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
