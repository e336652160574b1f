using Xunit;

namespace Vigil.Alerts.Tests;

public sealed class AlertReaderTests(Database database)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_latest_alerts_come_back_whole_and_newest_first()
    {
        await using var sink = database.NewSink();
        await using var reader = database.NewReader();
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);
        await sink.FlushAsync(Scored.Batch(claim, 0, 50), Cancellation);

        var latest = await reader.LatestAsync(claim.Partition.StreamId, 3, Cancellation);

        Assert.Equal([48, 42, 39], latest.Select(stored => stored.Alert.Offset));
        Assert.Equal(Scored.Alert(claim.Partition, 48).Reasons, latest[0].Alert.Reasons);
        Assert.Equal(Scored.Alert(claim.Partition, 48) with { Reasons = latest[0].Alert.Reasons }, latest[0].Alert);
        Assert.True(latest[0].Id > latest[1].Id);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reader.LatestAsync("any", 0, Cancellation));
    }

    [Fact]
    public async Task Counts_show_a_transaction_that_is_alerted_twice_and_rows_that_the_cursor_did_not_count()
    {
        await using var sink = database.NewSink();
        await using var reader = database.NewReader();
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);
        string stream = claim.Partition.StreamId;
        await sink.FlushAsync(Scored.Batch(claim, 0, 10), Cancellation);
        Assert.Equal(new StreamCounts(9, 3, 1, 0, 0), await reader.CountAsync(stream, Cancellation));

        await Database.ExecuteAsync(database.Shared, $"UPDATE alert SET transaction_id = 't-0-0' WHERE stream_id = '{stream}' AND record_offset = 6");
        await Database.ExecuteAsync(database.Shared, $"DELETE FROM dead_letter WHERE stream_id = '{stream}'");
        Assert.Equal(new StreamCounts(9, 3, 0, 1, 1), await reader.CountAsync(stream, Cancellation));
        Assert.Equal(new StreamCounts(0, 0, 0, 0, 0), await reader.CountAsync("no such stream", Cancellation));
    }

    [Fact]
    public async Task Latency_is_from_append_to_row()
    {
        await using var sink = database.NewSink();
        await using var reader = database.NewReader();
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);
        string stream = claim.Partition.StreamId;
        Assert.Equal(0, (await reader.LatencyAsync(stream, Cancellation)).Count);

        await sink.FlushAsync(Scored.Batch(claim, 0, 1001), Cancellation);
        await Database.ExecuteAsync(
            database.Shared, $"UPDATE alert SET committed_at = appended_at + record_offset * interval '1 ms' WHERE stream_id = '{stream}'");
        var latency = await reader.LatencyAsync(stream, Cancellation);

        Assert.Equal(Scored.Offsets(0, 1001).Count(Scored.IsAlert), latency.Count);
        Assert.InRange(latency.P50.TotalMilliseconds, 490, 510);
        Assert.InRange(latency.P95.TotalMilliseconds, 940, 960);
        Assert.InRange(latency.P99.TotalMilliseconds, 980, 1000);
        Assert.InRange(latency.P999.TotalMilliseconds, 990, 1000);
    }
}
