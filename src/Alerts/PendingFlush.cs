using Npgsql;

namespace Vigil.Alerts;

/// <summary>Batches on their way to Postgres, over as many attempts as that takes.</summary>
/// <remarks>
/// A connection that is lost before the server's last word leaves an attempt's outcome unknown: it may have been committed, it may not, and
/// it may still be running. So a later attempt first reads where the cursors stand, and a cursor that would not move is read
/// once more, because the earlier attempt may have moved it in between.
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
        bool afterUnknown = _outcomeUnknown;
        if (afterUnknown) await SettleAsync(connection, cancellationToken);

        var pending = Pending();
        if (pending.Count == 0) return Outcomes();
        _outcomeUnknown = true;
        var written = await FlushStatement.ExecuteAsync(connection, [.. pending.Select(index => batches[index])], cancellationToken);
        foreach (int moved in written.Moved) _outcomes[pending[moved]] = FlushOutcome.Flushed;
        _alreadyStored += written.Moved.Sum(moved => batches[pending[moved]].Alerts.Count) - written.Alerts;

        if (afterUnknown) await SettleAsync(connection, cancellationToken);
        foreach (int index in Pending()) _outcomes[index] = FlushOutcome.Fenced;
        return Outcomes();
    }

    IReadOnlyList<FlushOutcome> Outcomes() => [.. _outcomes.Select(outcome => outcome!.Value)];

    List<int> Pending() => [.. Enumerable.Range(0, batches.Count).Where(index => _outcomes[index] is null)];

    /// <summary>Decides by the stored cursors what can be decided: written by us, or owned by somebody else.</summary>
    async Task SettleAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (int index in Pending())
        {
            var batch = batches[index];
            var (epoch, nextOffset) = await ReadCursorAsync(connection, batch.Claim.Partition, cancellationToken);
            if (epoch == batch.Claim.Epoch && nextOffset == batch.NextOffset) _outcomes[index] = FlushOutcome.Flushed;
            else if (epoch != batch.Claim.Epoch || nextOffset != batch.Cursor) _outcomes[index] = FlushOutcome.Fenced;
        }
    }

    static async Task<(long Epoch, long NextOffset)> ReadCursorAsync(NpgsqlConnection connection, StreamPartition partition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT epoch, next_offset FROM partition_cursor WHERE stream_id = $1 AND topic = $2 AND partition = $3
            """, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = partition.StreamId },
                new NpgsqlParameter<string> { TypedValue = partition.Topic },
                new NpgsqlParameter<int> { TypedValue = partition.Partition },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetInt64(1)) : (0, 0);
    }
}
