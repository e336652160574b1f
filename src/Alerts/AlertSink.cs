using Microsoft.Extensions.Logging;
using Npgsql;

namespace Vigil.Alerts;

/// <summary>
/// Writes alerts exactly once: the offsets live in the same Postgres statement as the alerts, fenced by a per-partition epoch.
/// While Postgres is away its methods wait; whatever waiting cannot mend they throw. Safe to call from several partitions at once.
/// </summary>
public sealed class AlertSink : IAsyncDisposable
{
    /// <summary>The NOTIFY channel: one message per flush that wrote alerts, {"firstId": n, "lastId": m}.</summary>
    public const string NotifyChannel = "vigil_alert";

    readonly NpgsqlDataSource _database;
    readonly DatabaseResilience _resilience;
    readonly AlertsTelemetry _telemetry;
    readonly TimeProvider _time;
    readonly ILogger<AlertSink> _logger;

    /// <summary>Makes a sink; opens no connection yet.</summary>
    /// <exception cref="PostgresUnavailableException">The connection string cannot be read.</exception>
    public AlertSink(AlertsOptions options, AlertsTelemetry telemetry, TimeProvider time, ILogger<AlertSink> logger)
    {
        var settings = FirstConnection.Parse(options);
        // A dead network answers no cancellation: the client's own time-out, which drops the connection, ends such an attempt.
        settings.CommandTimeout = (int)Math.Ceiling(options.AttemptTimeout.TotalSeconds);
        settings.CancellationTimeout = -1;
        if (!settings.ContainsKey("Max Auto Prepare")) settings.MaxAutoPrepare = 8;
        _database = FirstConnection.DataSource(settings, options.PasswordFile);
        _resilience = new DatabaseResilience(options, telemetry, time, logger);
        (_telemetry, _time, _logger) = (telemetry, time, logger);
    }

    /// <summary>Takes a partition over: from now on every earlier claim of it is fenced.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="initialOffset">Where a partition starts that was never claimed; without effect on one that was. Not negative.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The claim; its next offset is where to start.</returns>
    public async Task<PartitionClaim> ClaimAsync(StreamPartition partition, long initialOffset = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(initialOffset);
        using var span = AlertsTelemetry.StartClaim(partition);
        // Safe to repeat when an answer was lost: the epoch goes up once more, which fences nobody but ourselves before the claim.
        var claim = await _resilience.RunAsync(token => ClaimOnceAsync(partition, initialOffset, token), cancellationToken);
        Log.Claimed(_logger, partition, claim.NextOffset, claim.Epoch);
        return claim;
    }

    async Task<PartitionClaim> ClaimOnceAsync(StreamPartition partition, long initialOffset, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand("""
            INSERT INTO partition_cursor AS c (stream_id, topic, partition, epoch, next_offset) VALUES ($1, $2, $3, 1, $4)
            ON CONFLICT (stream_id, topic, partition)
            DO UPDATE SET epoch = c.epoch + 1, claimed_at = clock_timestamp(), updated_at = clock_timestamp()
            RETURNING epoch, next_offset
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = partition.StreamId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = partition.Topic });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = partition.Partition });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = initialOffset });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var claim = new PartitionClaim(partition, reader.GetInt64(0), reader.GetInt64(1));
        await reader.NextResultAsync(cancellationToken);
        return claim;
    }

    /// <summary>Writes one batch and moves its cursor, or neither. Waits while Postgres is away.</summary>
    /// <exception cref="ArgumentException">The batch contradicts itself.</exception>
    public async Task<FlushOutcome> FlushAsync(PartitionBatch batch, CancellationToken cancellationToken = default) =>
        (await FlushAsync([batch], cancellationToken))[0];

    /// <summary>
    /// Writes batches of different partitions in one statement; each is written whole or fenced whole. Waits while Postgres is away.
    /// </summary>
    /// <returns>One outcome per batch, in order.</returns>
    /// <exception cref="ArgumentException">A batch contradicts itself, or two are of one partition.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; what became of the batches is then in the cursors.</exception>
    public async Task<IReadOnlyList<FlushOutcome>> FlushAsync(IReadOnlyList<PartitionBatch> batches, CancellationToken cancellationToken = default)
    {
        foreach (var batch in batches) batch.ThrowIfInconsistent();
        if (batches.DistinctBy(batch => batch.Claim.Partition).Count() != batches.Count)
            throw new ArgumentException("Two batches of one flush are of the same partition; flush them one after the other.", nameof(batches));
        if (batches.Count == 0) return [];

        using var span = AlertsTelemetry.StartFlush(batches);
        long started = _time.GetTimestamp();
        var flush = new PendingFlush(batches);
        var outcomes = await _resilience.RunAsync(token => flush.AttemptAsync(_database, token), cancellationToken);
        _telemetry.Flushed(_time.GetElapsedTime(started));
        span?.SetTag("fraud.fenced", outcomes.Count(outcome => outcome == FlushOutcome.Fenced));
        Report(batches, outcomes, flush.AlreadyStored);
        return outcomes;
    }

    /// <summary>
    /// Writes dead letters of topics that every process reads and no cursor passes, such as the labels'. Whoever comes second with one changes nothing. Waits
    /// while Postgres is away.
    /// </summary>
    public Task BuryAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken = default) => letters.Count == 0
        ? Task.CompletedTask
        : _resilience.RunAsync(async token =>
        {
            await using var connection = await _database.OpenConnectionAsync(token);
            return await BuryStatement.ExecuteAsync(connection, letters, token);
        }, cancellationToken);

    void Report(IReadOnlyList<PartitionBatch> batches, IReadOnlyList<FlushOutcome> outcomes, long alreadyStored)
    {
        foreach (var (batch, outcome) in batches.Zip(outcomes))
        {
            _telemetry.Settled(batch, outcome);
            if (outcome == FlushOutcome.Fenced) Log.Fenced(_logger, batch.Claim.Partition, batch.Claim.Epoch, batch.Cursor);
        }
        if (alreadyStored > 0) Log.AlreadyStored(_logger, alreadyStored);
    }

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
