using Microsoft.AspNetCore.Builder;
using Vigil.Ingest;
using Vigil.Simulator;
using Xunit;

namespace Vigil.Tests;

public sealed class ScoringPipelineTests(TestPostgres postgres)
{
    const double Threshold = 0.02;

    static readonly HistoryEvent[] s_history =
        [.. History.Merge(new HandbookWorld(new() { Seed = 7, Customers = 60, Terminals = 150, Days = 40 }).Transactions(), TimeSpan.FromDays(7))];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static int Half => s_history.Length / 2;

    static int Transactions => CountIn(s_history);

    [Fact]
    public async Task Live_alerts_equal_a_replay_of_the_history_bit_for_bit()
    {
        await using var stream = new TestStream(postgres, threshold: Threshold);
        stream.Produce(s_history);
        await using (var app = await stream.StartAsync())
        {
            await TestStream.UntilAsync(app, Transactions, Cancellation);
            await app.StopAsync(Cancellation);
        }

        await AssertExactAsync(stream);
    }

    [Fact]
    public async Task A_restart_goes_on_from_the_cursor_with_the_same_alerts_and_none_twice()
    {
        await using var stream = new TestStream(postgres, threshold: Threshold);
        await using (var first = await StartWithFirstHalfAsync(stream)) await first.StopAsync(Cancellation);
        stream.Produce(s_history.Skip(Half));
        await using (var second = await stream.StartAsync())
        {
            await TestStream.UntilAsync(second, Transactions, Cancellation);
            await second.StopAsync(Cancellation);
        }

        await AssertExactAsync(stream);
    }

    [Fact]
    public async Task Partitions_that_somebody_slow_has_claimed_are_claimed_anew_and_nothing_is_lost()
    {
        await using var stream = new TestStream(postgres, threshold: Threshold);
        await using (var app = await StartWithFirstHalfAsync(stream))
        {
            await stream.FenceAsync();
            stream.Produce(s_history.Skip(Half));
            await Polling.UntilAsync(async () => (await stream.CursorsAsync()).Values.Sum() >= Transactions, () => "It stands still.", Cancellation);
            await app.StopAsync(Cancellation);
        }

        await AssertExactAsync(stream);
    }

    [Fact]
    public async Task History_before_the_first_scored_moment_is_remembered_and_not_scored()
    {
        await using var stream = new TestStream(postgres, threshold: Threshold);
        stream.Produce(s_history);
        var from = s_history[Half].Stamp;
        await using (var app = await stream.StartAsync(from.ToDateTimeOffset()))
        {
            await TestStream.UntilAsync(app, Transactions, Cancellation);
            await app.StopAsync(Cancellation);
        }

        Assert.Equal(s_history.Count(happened => happened.Transaction is not null && happened.Stamp >= from), (await stream.CountAsync()).Scored);
        var expected = PlainPipeline.Alerts(s_history, Threshold, stream.Kafka).Where(alert => alert.EventTime >= from.ToDateTimeOffset());
        Assert.Equal(
            expected.Select(alert => (alert.Id, alert.Score)).Order(),
            (await stream.AlertsAsync()).Select(alert => (alert.TransactionId, alert.Score)).Order());
    }

    /// <summary>A service behind whose cursors the first half of the history is.</summary>
    static async Task<WebApplication> StartWithFirstHalfAsync(TestStream stream)
    {
        stream.Produce(s_history.Take(Half));
        var app = await stream.StartAsync();
        await TestStream.UntilAsync(app, CountIn(s_history.Take(Half)), Cancellation);
        return app;
    }

    static int CountIn(IEnumerable<HistoryEvent> history) => history.Count(happened => happened.Transaction is not null);

    static async Task AssertExactAsync(TestStream stream)
    {
        var counts = await stream.CountAsync();
        Assert.Equal((Transactions, 0L, 0L, 0L), (counts.Scored, counts.DeadLetters, counts.Duplicates, counts.Miscounted));
        var expected = PlainPipeline.Alerts(s_history, Threshold, stream.Kafka);
        Assert.NotEmpty(expected);
        Assert.Equal(
            expected.Select(alert => (alert.Id, alert.Score)).Order(),
            (await stream.AlertsAsync()).Select(alert => (alert.TransactionId, alert.Score)).Order());
    }
}
