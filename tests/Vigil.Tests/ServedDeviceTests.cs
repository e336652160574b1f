using Vigil.Ingest;
using Vigil.Simulator;
using Xunit;

namespace Vigil.Tests;

/// <summary>Scoring in batches on a device of the tensor library, here its CPU.</summary>
public sealed class ServedDeviceTests(TestPostgres postgres)
{
    const double Threshold = 0.02;

    static readonly HistoryEvent[] s_history =
        [.. History.Merge(new HandbookWorld(new() { Seed = 12, Customers = 40, Terminals = 100, Days = 16 }).Transactions(), TimeSpan.FromDays(7))];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task A_stream_has_the_scores_and_alerts_of_a_replay_but_for_rounding(int maxWaitMs)
    {
        int transactions = s_history.Count(happened => happened.Transaction is not null);
        await using var stream = new TestStream(postgres, threshold: Threshold)
        {
            Model = new() { Device = "torch-cpu", MaxBatch = 32, MaxWait = TimeSpan.FromMilliseconds(maxWaitMs) },
        };
        stream.Produce(s_history);
        await using (var app = await stream.StartAsync())
        {
            await TestStream.UntilAsync(app, transactions, Cancellation);
            await app.StopAsync(Cancellation);
        }

        var expected = PlainPipeline.Alerts(s_history, 0, stream.Kafka);
        var scores = CardScoresTests.Read(stream.Kafka); // which passes over what is out of order
        Assert.Equal(transactions, scores.Count);
        var found = scores.ToDictionary(score => score.TransactionId.ToString(), score => score.Probability!.Value);
        Assert.All(expected, plain => Assert.Equal(plain.Score, found[plain.Id], 1e-5));
        var alerts = await stream.AlertsAsync();
        Assert.Equal(expected.Where(plain => plain.Score >= Threshold).Select(plain => plain.Id).Order(), alerts.Select(alert => alert.TransactionId).Order());
        Assert.All(alerts, alert => Assert.InRange(alert.Reasons.Count, 3, 5));
    }
}
