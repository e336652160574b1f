using Npgsql;
using Xunit;

namespace Vigil.Alerts.Tests;

public sealed class AlertSinkTests(Database database)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_those_who_bury_a_record_that_no_cursor_passes_the_first_writes_it()
    {
        var labels = Database.NewPartition();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var sink = database.NewSink();
            await sink.BuryAsync([], Cancellation);
            await sink.BuryAsync([.. Enumerable.Range(0, 50).Select(offset => Scored.DeadLetter(labels, offset))], Cancellation);
        }, Cancellation)));
        await using var store = new DeadLetterStore(new AlertsOptions { ConnectionString = database.Shared });
        Assert.Equal(50, (await store.LatestAsync(new() { StreamId = labels.StreamId }, 1_000, Cancellation)).Count);
    }

    [Fact]
    public async Task A_first_claim_starts_at_the_initial_offset_and_a_later_one_at_the_cursor()
    {
        await using var sink = database.NewSink();
        var partition = Database.NewPartition();

        Assert.Equal(new PartitionClaim(partition, 1, 40), await sink.ClaimAsync(partition, 40, Cancellation));
        Assert.Equal(new PartitionClaim(partition, 2, 40), await sink.ClaimAsync(partition, 99, Cancellation));
    }

    [Fact]
    public async Task A_flush_writes_its_rows_and_moves_the_cursor_with_its_counts()
    {
        await using var sink = database.NewSink();
        await using var reader = database.NewReader();
        var partition = Database.NewPartition();
        var claim = await sink.ClaimAsync(partition, cancellationToken: Cancellation);

        Assert.Equal(FlushOutcome.Flushed, await sink.FlushAsync(Scored.Batch(claim, 0, 20), Cancellation));
        Assert.Equal(FlushOutcome.Flushed, await sink.FlushAsync(Scored.Batch(claim, 20, 21), Cancellation));

        await Scored.AssertStoredAsync(database.Shared, partition, 21);
        Assert.Equal(new StreamCounts(18, 6, 3, 0, 0), await reader.CountAsync(partition.StreamId, Cancellation));
        Assert.Equal(21, (await sink.ClaimAsync(partition, cancellationToken: Cancellation)).NextOffset);
    }

    [Fact]
    public async Task A_batch_without_rows_moves_the_cursor_over_a_gap()
    {
        await using var sink = database.NewSink();
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);

        var batch = new PartitionBatch { Claim = claim, Cursor = 0, NextOffset = 1000, Scored = 2 };
        Assert.Equal(FlushOutcome.Flushed, await sink.FlushAsync(batch, Cancellation));
        Assert.Equal(1000, (await sink.ClaimAsync(claim.Partition, cancellationToken: Cancellation)).NextOffset);
    }

    [Fact]
    public async Task An_old_epoch_is_fenced_and_writes_nothing()
    {
        await using var sink = database.NewSink();
        var partition = Database.NewPartition();
        var old = await sink.ClaimAsync(partition, cancellationToken: Cancellation);
        var current = await sink.ClaimAsync(partition, cancellationToken: Cancellation);

        Assert.Equal(FlushOutcome.Fenced, await sink.FlushAsync(Scored.Batch(old, 0, 10), Cancellation));
        await Scored.AssertStoredAsync(database.Shared, partition, 0);
        Assert.Equal(FlushOutcome.Flushed, await sink.FlushAsync(Scored.Batch(current, 0, 10), Cancellation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(11)]
    public async Task A_wrong_cursor_is_fenced_and_writes_nothing(long cursor)
    {
        await using var sink = database.NewSink();
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);
        await sink.FlushAsync(Scored.Batch(claim, 0, 10), Cancellation);

        Assert.Equal(FlushOutcome.Fenced, await sink.FlushAsync(Scored.Batch(claim, cursor, 20), Cancellation));
        await Scored.AssertStoredAsync(database.Shared, claim.Partition, 10);
    }

    [Fact]
    public async Task A_replayed_batch_is_fenced_and_inserts_nothing()
    {
        await using var sink = database.NewSink();
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);
        await sink.FlushAsync(Scored.Batch(claim, 0, 10), Cancellation);

        Assert.Equal(FlushOutcome.Fenced, await sink.FlushAsync(Scored.Batch(claim, 0, 10), Cancellation));
        await Scored.AssertStoredAsync(database.Shared, claim.Partition, 10);
    }

    [Fact]
    public async Task A_partition_that_was_never_claimed_is_fenced()
    {
        await using var sink = database.NewSink();
        Assert.Equal(FlushOutcome.Fenced, await sink.FlushAsync(Scored.Batch(new PartitionClaim(Database.NewPartition(), 1, 0), 0, 10), Cancellation));
    }

    [Fact]
    public async Task The_natural_key_stops_a_second_row_where_the_cursor_was_set_back_by_hand()
    {
        await using var sink = database.NewSink();
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);
        await sink.FlushAsync(Scored.Batch(claim, 0, 10), Cancellation);
        await Database.ExecuteAsync(
            database.Shared,
            $"UPDATE partition_cursor SET next_offset = 0, scored = 0, alerts = 0, dead_letters = 0 WHERE stream_id = '{claim.Partition.StreamId}'");

        Assert.Equal(FlushOutcome.Flushed, await sink.FlushAsync(Scored.Batch(claim, 0, 15), Cancellation));
        await Scored.AssertStoredAsync(database.Shared, claim.Partition, 15);
    }

    [Fact]
    public async Task Batches_of_several_partitions_are_decided_one_by_one_in_one_flush()
    {
        await using var sink = database.NewSink();
        var first = Database.NewPartition();
        var claims = new List<PartitionClaim>();
        for (int partition = 0; partition < 4; partition++)
            claims.Add(await sink.ClaimAsync(first with { Partition = partition }, cancellationToken: Cancellation));
        await sink.ClaimAsync(claims[1].Partition, cancellationToken: Cancellation);

        var outcomes = await sink.FlushAsync(
            [Scored.Batch(claims[0], 0, 9), Scored.Batch(claims[1], 0, 9), Scored.Batch(claims[2], 3, 9), Scored.Batch(claims[3], 0, 14)], Cancellation);

        Assert.Equal([FlushOutcome.Flushed, FlushOutcome.Fenced, FlushOutcome.Fenced, FlushOutcome.Flushed], outcomes);
        long[] ends = [9, 0, 0, 14];
        for (int partition = 0; partition < 4; partition++)
            await Scored.AssertStoredAsync(database.Shared, claims[partition].Partition, ends[partition]);
    }

    [Fact]
    public async Task A_batch_that_contradicts_itself_is_refused_before_anything_is_sent()
    {
        await using var sink = database.NewSink();
        var claim = new PartitionClaim(Database.NewPartition(), 1, 0);
        var batch = Scored.Batch(claim, 0, 10);

        await Assert.ThrowsAsync<ArgumentException>(() => sink.FlushAsync(batch with { NextOffset = 0, Alerts = [], DeadLetters = [] }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => sink.FlushAsync(batch with { Cursor = 1 }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => sink.FlushAsync(batch with { NextOffset = 9 }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => sink.FlushAsync(batch with { Scored = 1 }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => sink.FlushAsync(batch with { Alerts = [Scored.Alert(Database.NewPartition(), 3)] }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => sink.FlushAsync([batch, batch], Cancellation));
    }

    [Fact]
    public async Task A_flush_with_alerts_notifies_once_with_their_id_range_and_one_without_does_not()
    {
        string own = await database.CreateMigratedAsync();
        await using var ownSink = Database.NewSink(own);
        var claim = await ownSink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);
        await using var listener = new NpgsqlConnection(own);
        await listener.OpenAsync(Cancellation);
        var payloads = new List<string>();
        listener.Notification += (_, message) => payloads.Add(message.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {AlertSink.NotifyChannel}", listener)) await listen.ExecuteNonQueryAsync(Cancellation);

        await ownSink.FlushAsync(Scored.Batch(claim, 0, 1), Cancellation);
        await ownSink.FlushAsync(Scored.Batch(claim, 1, 3), Cancellation);
        await ownSink.FlushAsync(Scored.Batch(claim, 3, 10), Cancellation);
        await using (var flushed = new NpgsqlCommand("SELECT 1", listener)) await flushed.ExecuteNonQueryAsync(Cancellation);

        Assert.Equal(["""{"firstId" : 1, "lastId" : 1}""", """{"firstId" : 2, "lastId" : 3}"""], payloads);
    }

    [Fact]
    public async Task Text_that_Postgres_refuses_is_stored_with_replacement_characters()
    {
        await using var sink = database.NewSink();
        await using var reader = database.NewReader();
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);
        const string Poison = "a\0'; DROP TABLE alert; --\"\\{}\uD800😀";
        const string Stored = "a\uFFFD'; DROP TABLE alert; --\"\\{}\uFFFD😀";
        var alert = Scored.Alert(claim.Partition, 0) with
        {
            TransactionId = Poison,
            CardToken = Poison,
            MerchantId = Poison,
            Reasons = [new(Poison, Poison, double.PositiveInfinity, 1)],
        };
        var letter = Scored.DeadLetter(claim.Partition, 1) with { ReasonCode = Poison, Message = Poison };

        await sink.FlushAsync(
            new PartitionBatch { Claim = claim, Cursor = 0, NextOffset = 2, Scored = 1, Alerts = [alert], DeadLetters = [letter] }, Cancellation);

        var stored = Assert.Single(await reader.LatestAsync(claim.Partition.StreamId, 10, Cancellation)).Alert;
        Assert.Equal((Stored, Stored, Stored), (stored.TransactionId, stored.CardToken, stored.MerchantId));
        Assert.Equal(new(Stored, Stored, double.NaN, 1), Assert.Single(stored.Reasons));
        string letters = $"FROM dead_letter WHERE stream_id = '{claim.Partition.StreamId}'";
        Assert.Equal(Stored, await Database.QueryAsync<string>(database.Shared, $"SELECT message {letters}"));
        Assert.Equal([0, 0xFF, 1], await Database.QueryAsync<byte[]>(database.Shared, $"SELECT raw {letters}"));
    }
}
