using Npgsql;
using Xunit;

namespace Vigil.Alerts.Tests;

/// <summary>The ways in which a flush can go wrong between here and the server's disk.</summary>
public sealed class FaultTests(Database database)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(nameof(Fault.LoseRequest))]
    [InlineData(nameof(Fault.LoseAnswer))]
    [InlineData(nameof(Fault.LoseLastWord))]
    [InlineData(nameof(Fault.Stall))]
    public async Task A_connection_lost_around_the_commit_loses_nothing_and_writes_nothing_twice(string fault)
    {
        var first = Database.NewPartition();
        using var proxy = new FaultProxy(database.Shared, Enum.Parse<Fault>(fault), marker: "t-1-30");
        await using var sink = Database.NewSink(proxy.ConnectionString, attemptTimeout: TimeSpan.FromSeconds(fault == nameof(Fault.Stall) ? 1 : 30));
        var claims = await ClaimTwoAsync(sink, first);

        for (long cursor = 0; cursor < 80; cursor += 20)
        {
            var outcomes = await sink.FlushAsync([.. claims.Select(claim => Scored.Batch(claim, cursor, cursor + 20))], Cancellation);
            Assert.Equal([FlushOutcome.Flushed, FlushOutcome.Flushed], outcomes);
        }

        Assert.True(proxy.HasStruck);
        foreach (var claim in claims) await Scored.AssertStoredAsync(database.Shared, claim.Partition, 80);
    }

    [Fact]
    public async Task A_flush_whose_answer_was_lost_is_fenced_on_the_partition_that_got_another_owner_before_it_ran()
    {
        var first = Database.NewPartition();
        using var proxy = new FaultProxy(database.Shared, Fault.LoseRequest, marker: "t-1-0");
        await using var sink = Database.NewSink(proxy.ConnectionString);
        var claims = await ClaimTwoAsync(sink, first);
        await using var other = database.NewSink();
        await other.ClaimAsync(claims[0].Partition, cancellationToken: Cancellation);

        var outcomes = await sink.FlushAsync([Scored.Batch(claims[0], 0, 10), Scored.Batch(claims[1], 0, 10)], Cancellation);

        Assert.True(proxy.HasStruck);
        Assert.Equal([FlushOutcome.Fenced, FlushOutcome.Flushed], outcomes);
        await Scored.AssertStoredAsync(database.Shared, claims[0].Partition, 0);
        await Scored.AssertStoredAsync(database.Shared, claims[1].Partition, 10);
    }

    [Fact]
    public async Task An_attempt_that_still_runs_on_the_server_when_the_next_one_starts_counts_as_written_once()
    {
        var partition = Database.NewPartition(1);
        using var proxy = new FaultProxy(database.Shared, Fault.LoseClient, marker: "t-1-0");
        await using var sink = Database.NewSink(proxy.ConnectionString);
        var claim = await sink.ClaimAsync(partition, cancellationToken: Cancellation);
        await using var blocker = new NpgsqlConnection(database.Shared);
        await blocker.OpenAsync(Cancellation);
        var hold = await blocker.BeginTransactionAsync(Cancellation);
        await using (var command = new NpgsqlCommand($"SELECT 1 FROM partition_cursor WHERE stream_id = '{partition.StreamId}' FOR UPDATE", blocker, hold))
            await command.ExecuteNonQueryAsync(Cancellation);

        // The first attempt waits for the row on the server; its client is cut off, and the second attempt queues behind it.
        var flush = sink.FlushAsync(Scored.Batch(claim, 0, 10), Cancellation);
        while (await Database.QueryAsync<long>(database.Shared, """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'WITH batch%'
            """) < 2) await Task.Delay(10, Cancellation);
        await hold.RollbackAsync(Cancellation);

        Assert.Equal(FlushOutcome.Flushed, await flush);
        await Scored.AssertStoredAsync(database.Shared, partition, 10);
    }

    [Fact]
    public async Task An_error_at_the_commit_itself_is_not_taken_for_success()
    {
        string own = await database.CreateMigratedAsync();
        await FailAtCommitAsync(own, "RAISE EXCEPTION 'no' USING ERRCODE = 'P0001';");
        await using var sink = Database.NewSink(own);
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);

        var thrown = await Assert.ThrowsAsync<PostgresException>(() => sink.FlushAsync(Scored.Batch(claim, 0, 10), Cancellation));
        Assert.Equal("P0001", thrown.SqlState);
        await Scored.AssertStoredAsync(own, claim.Partition, 0);
    }

    [Fact]
    public async Task A_transient_error_is_tried_again_until_it_passes_and_counted()
    {
        string own = await database.CreateMigratedAsync();
        await Database.ExecuteAsync(own, "CREATE SEQUENCE tries");
        await FailAtCommitAsync(own, "IF nextval('tries') < 4 THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF;");
        using var meters = new Meters();
        await using var sink = Database.NewSink(own, new AlertsTelemetry(meters));
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);

        Assert.Equal(FlushOutcome.Flushed, await sink.FlushAsync(Scored.Batch(claim, 0, 10), Cancellation));

        await Scored.AssertStoredAsync(own, claim.Partition, 10);
        Assert.True(meters.Sums["fraud.alerts.retries"] >= 3);
        Assert.Equal((1, 3, 1), (meters.Sums["fraud.alerts.flush.duration"], meters.Sums["fraud.alerts.committed"], meters.Sums["fraud.alerts.dead_letters"]));
    }

    [Theory]
    [InlineData("DROP TABLE alert", PostgresErrorCodes.UndefinedTable)]
    [InlineData("ALTER TABLE alert ADD CHECK (amount < 0)", PostgresErrorCodes.CheckViolation)]
    public async Task A_permanent_error_is_thrown_at_once_and_the_cursor_stays(string sabotage, string sqlState)
    {
        string own = await database.CreateMigratedAsync();
        await using var sink = Database.NewSink(own);
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);
        await Database.ExecuteAsync(own, sabotage);

        var thrown = await Assert.ThrowsAsync<PostgresException>(() => sink.FlushAsync(Scored.Batch(claim, 0, 10), Cancellation));

        Assert.Equal(sqlState, thrown.SqlState);
        Assert.Equal(0, (await sink.ClaimAsync(claim.Partition, cancellationToken: Cancellation)).NextOffset);
    }

    [Fact]
    public async Task A_flush_that_waits_for_Postgres_ends_when_it_is_cancelled()
    {
        string nobody = new NpgsqlConnectionStringBuilder(database.Shared) { Port = 1 }.ConnectionString;
        await using var sink = Database.NewSink(nobody);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var flush = sink.FlushAsync(Scored.Batch(new PartitionClaim(Database.NewPartition(), 1, 0), 0, 10), cancel.Token);

        await Task.Delay(300, Cancellation);
        Assert.False(flush.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
    }

    static async Task<PartitionClaim[]> ClaimTwoAsync(AlertSink sink, StreamPartition first) =>
        [await sink.ClaimAsync(first, cancellationToken: Cancellation), await sink.ClaimAsync(first with { Partition = 1 }, cancellationToken: Cancellation)];

    static Task FailAtCommitAsync(string connectionString, string body) => Database.ExecuteAsync(connectionString, $"""
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER fail_at_commit AFTER INSERT ON alert DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail();
        """);
}
