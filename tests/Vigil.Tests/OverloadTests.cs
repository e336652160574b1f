using Vigil.Ingest;
using Vigil.Simulator;
using Xunit;

namespace Vigil.Tests;

/// <summary>Everything was appended long before the service starts, so that every transaction of the first half is late.</summary>
public sealed class OverloadTests(TestPostgres postgres)
{
    static readonly TimeSpan s_lag = TimeSpan.FromMilliseconds(10);

    static readonly HistoryEvent[] s_history =
        [.. History.Merge(new HandbookWorld(new() { Seed = 11, Customers = 40, Terminals = 100, Days = 16 }).Transactions(), TimeSpan.FromDays(7))];

    static readonly HistoryEvent[] s_late = s_history[..(s_history.Length / 2)];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static int Late => s_late.Count(happened => happened.Transaction is not null);

    static int Transactions => s_history.Count(happened => happened.Transaction is not null);

    [Fact]
    public async Task What_is_late_is_published_unscored_and_what_comes_in_time_again_has_the_score_of_a_replay()
    {
        await using var stream = new TestStream(postgres, threshold: 0) { Overload = new() { Policy = OverloadPolicy.Unscored, Lag = s_lag } };
        stream.Produce(s_late);
        await Task.Delay(2 * s_lag, Cancellation);
        await using (var app = await stream.StartAsync())
        {
            await TestStream.UntilAsync(app, Late, Cancellation);
            await app.StopAsync(Cancellation);
        }
        var shed = CardScoresTests.Read(stream.Kafka);
        Assert.Equal(Late, shed.Count);
        Assert.All(shed, score => Assert.Equal((Decision.Unscored, ScoreReason.Overload, null), (score.Decision, score.Reason, score.Probability)));
        Assert.Empty(await stream.AlertsAsync());

        stream.Overload = new();
        stream.Produce(s_history[s_late.Length..]);
        await using (var app = await stream.StartAsync())
        {
            await TestStream.UntilAsync(app, Transactions, Cancellation);
            await app.StopAsync(Cancellation);
        }
        var expected = PlainPipeline.Alerts(s_history, 0, stream.Kafka).Select(alert => (alert.Id, alert.Score)).Skip(Late);
        Assert.Equal(expected.Order(), (await stream.AlertsAsync()).Select(alert => (alert.TransactionId, alert.Score)).Order());
    }

    [Fact]
    public async Task What_is_late_is_judged_by_its_features_and_by_the_encoder_where_they_alone_are_an_alert()
    {
        const double threshold = 0.003;
        await using var stream = new TestStream(postgres, threshold: threshold) { Overload = new() { Policy = OverloadPolicy.Features, Lag = s_lag } };
        stream.Produce(s_late);
        await Task.Delay(2 * s_lag, Cancellation);
        await using (var app = await stream.StartAsync())
        {
            await TestStream.UntilAsync(app, Late, Cancellation);
            await app.StopAsync(Cancellation);
        }

        var replayed = PlainPipeline.Alerts(s_late, 0, stream.Kafka).ToDictionary(alert => alert.Id, alert => alert.Score);
        var scores = CardScoresTests.Read(stream.Kafka);
        Assert.Equal(Late, scores.Count);
        var shed = scores.Where(score => score.Reason == ScoreReason.Overload).ToList();
        Assert.InRange(shed.Count, 1, Late - 1); // both happen
        Assert.All(shed, score => Assert.True(score.Decision == Decision.Pass && score.Probability < threshold));
        Assert.All(scores.Except(shed), score => Assert.Equal(replayed[score.TransactionId.ToString()], score.Probability)); // its context is whole
    }
}
