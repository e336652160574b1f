using Npgsql;

namespace Vigil.Alerts;

/// <summary>Batches on their way to Postgres, over as many attempts as that takes.</summary>
/// <remarks>
/// A connection that is lost before the server's last word leaves an attempt's outcome unknown: it may have been committed, it may not, and
/// it may still be running. Trying again is safe, because the statement only moves a cursor that still stands where it was expected. But a
/// cursor that does not move then proves no other owner: it is read, and where it stands at our end under our epoch, we wrote it.
/// </remarks>
sealed class PendingFlush(IReadOnlyList<PartitionBatch> batches)
{
    readonly FlushOutcome?[] _outcomes = new FlushOutcome?[batches.Count];
    bool _outcomeUnknown;
    long _alreadyStored;

    /// <summary>Alerts whose natural key was taken although their cursor had not passed: 0 unless somebody wrote past the fence.</summary>
    internal long AlreadyStored => _alreadyStored;

    internal async Task<IReadOnlyList<FlushOutcome>> AttemptAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var pending = Pending();
        bool afterUnknown = _outcomeUnknown;
        _outcomeUnknown = true;
        var written = await FlushStatement.ExecuteAsync(connection, [.. pending.Select(index => batches[index])], cancellationToken);
        foreach (int moved in written.Moved) _outcomes[pending[moved]] = FlushOutcome.Flushed;
        _alreadyStored += written.Moved.Sum(moved => batches[pending[moved]].Alerts.Count) - written.Alerts;

        foreach (int index in Pending())
        {
            bool wasWritten = afterUnknown && await WasWrittenAsync(connection, batches[index], cancellationToken);
            _outcomes[index] = wasWritten ? FlushOutcome.Flushed : FlushOutcome.Fenced;
        }
        return Outcomes();
    }

    IReadOnlyList<FlushOutcome> Outcomes() => [.. _outcomes.Select(outcome => outcome!.Value)];

    List<int> Pending() => [.. Enumerable.Range(0, batches.Count).Where(index => _outcomes[index] is null)];

    static async Task<bool> WasWrittenAsync(NpgsqlConnection connection, PartitionBatch batch, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT epoch = $4 AND next_offset = $5 FROM partition_cursor WHERE stream_id = $1 AND topic = $2 AND partition = $3
            """, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = batch.Claim.Partition.StreamId },
                new NpgsqlParameter<string> { TypedValue = batch.Claim.Partition.Topic },
                new NpgsqlParameter<int> { TypedValue = batch.Claim.Partition.Partition },
                new NpgsqlParameter<long> { TypedValue = batch.Claim.Epoch },
                new NpgsqlParameter<long> { TypedValue = batch.NextOffset },
            },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
