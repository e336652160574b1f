using Xunit;

namespace Vigil.Alerts.Tests;

public sealed class DeadLetterStoreTests(Database database)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_filter_admits_by_stream_reason_partition_offset_time_and_replay()
    {
        await using var store = NewStore();
        var stream = await BuryAsync(30); // offsets 3, 10, 17, 24
        var filter = new DeadLetterFilter { StreamId = stream.StreamId };
        await Database.ExecuteAsync(database.Shared,
            $"UPDATE dead_letter SET reason_code = 'pan', committed_at = '2001-01-01Z' WHERE stream_id = '{stream.StreamId}' AND record_offset = 10");

        Assert.Equal([("malformed_json", 3L), ("pan", 1L)], await store.CountAsync(filter, Cancellation));
        Assert.Equal([24, 17], (await store.LatestAsync(filter, 2, Cancellation)).Select(stored => stored.Letter.Offset).OrderDescending());
        Assert.Equal([10], await OffsetsAsync(store, filter with { ReasonCode = "pan" }));
        Assert.Equal([17], await OffsetsAsync(store, filter with { Partition = stream.Partition, Offset = 17 }));
        Assert.Empty(await OffsetsAsync(store, filter with { Partition = stream.Partition + 1 }));
        Assert.Equal([3, 17, 24], await OffsetsAsync(store, filter with { Since = new DateTimeOffset(2002, 1, 1, 0, 0, 0, TimeSpan.Zero) }));
        await store.BeginReplayAsync((await store.LatestAsync(filter with { Offset = 3 }, 1, Cancellation))[0].Letter, new("ana", false, false), Cancellation);
        Assert.Equal([10, 17, 24], await OffsetsAsync(store, filter with { PendingOnly = true }));
    }

    [Fact]
    public async Task A_dead_letter_comes_back_whole_with_its_latest_replay()
    {
        await using var store = NewStore();
        var stream = await BuryAsync(4);
        var expected = Scored.DeadLetter(stream, 3);
        var first = await FindAsync(store, stream);
        Assert.Equal(expected with { Raw = default }, first.Letter with { Raw = default });
        Assert.Equal(expected.Raw.ToArray(), first.Letter.Raw.ToArray());
        Assert.Null(first.Replay);

        int? attempt = await store.BeginReplayAsync(first.Letter, new("ana", Corrected: true, Again: false), Cancellation);
        var begun = (await FindAsync(store, stream)).Replay!;
        Assert.Equal(new DeadLetterReplay(1, "ana", begun.At, true, null, null), begun);
        await store.CompleteReplayAsync(first.Letter, attempt!.Value, (2, 4711), Cancellation);
        Assert.Equal(begun with { NewPartition = 2, NewOffset = 4711 }, (await FindAsync(store, stream)).Replay);

        Assert.Null(await store.BeginReplayAsync(first.Letter, new("ben", Corrected: false, Again: false), Cancellation));
        Assert.Equal(2, await store.BeginReplayAsync(first.Letter, new("ben", Corrected: false, Again: true), Cancellation));
    }

    [Fact]
    public async Task Of_those_who_begin_a_replay_at_once_one_may()
    {
        await using var store = NewStore();
        var stream = await BuryAsync(4);
        var letter = (await FindAsync(store, stream)).Letter;
        var attempts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.BeginReplayAsync(letter, new("ana", false, false), Cancellation)));
        Assert.Single(attempts, attempt => attempt is not null);
    }

    [Fact]
    public async Task A_database_without_the_tables_is_told_in_words()
    {
        await using var store = new DeadLetterStore(new AlertsOptions { ConnectionString = await database.CreateAsync() });
        var thrown = await Assert.ThrowsAsync<PostgresUnavailableException>(() => store.CountAsync(new(), Cancellation));
        Assert.Contains("vigil migrate", thrown.Message, StringComparison.Ordinal);
    }

    DeadLetterStore NewStore() => new(new AlertsOptions { ConnectionString = database.Shared });

    /// <summary>Flushes the records below the end, every seventh a dead letter.</summary>
    async Task<StreamPartition> BuryAsync(long end)
    {
        await using var sink = database.NewSink();
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);
        await sink.FlushAsync(Scored.Batch(claim, 0, end), Cancellation);
        return claim.Partition;
    }

    static async Task<StoredDeadLetter> FindAsync(DeadLetterStore store, StreamPartition stream) =>
        (await store.LatestAsync(new() { StreamId = stream.StreamId }, 1, Cancellation))[0];

    static async Task<IEnumerable<long>> OffsetsAsync(DeadLetterStore store, DeadLetterFilter filter) =>
        (await store.LatestAsync(filter, 100, Cancellation)).Select(stored => stored.Letter.Offset).Order();
}
