using Vigil.Backtest;
using Vigil.Ingest;
using Vigil.Model;
using Vigil.Model.Baselines;
using Vigil.Simulator;
using Xunit;

namespace Vigil.Tests;

/// <summary>Whatever <c>vigil train</c> writes is served, and its live scores are those of its backtest.</summary>
public sealed class ServedModelsTests(TestPostgres postgres) : IDisposable
{
    static readonly LabelledTransaction[] s_transactions =
        [.. new HandbookWorld(new() { Seed = 7, Customers = 60, Terminals = 150, Days = 35 }).Transactions()];

    static readonly Instant s_start = Instant.From(new DateTimeOffset(2018, 4, 1, 0, 0, 0, TimeSpan.Zero));

    static readonly Fold s_fold = new(Days(7, 21), TimeSpan.FromDays(7), Days(28, 35));

    readonly string _folder = Directory.CreateTempSubdirectory("vigil-served-").FullName;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("lightgbm")]
    [InlineData("forest")]
    [InlineData("logistic")]
    [InlineData("hybrid")]
    [InlineData("lstm")]
    public async Task A_model_of_any_kind_gives_the_stream_the_scores_of_its_backtest_with_reasons(string name)
    {
        FraudModel model = Trained(name, name == "hybrid" ? (Checkpoint)Trained("r1") : null);
        model.Save(_folder);
        await using var stream = new TestStream(postgres, partitions: 1, threshold: 0) { Checkpoint = _folder };
        stream.Produce(History.Merge(s_transactions, s_fold.LabelDelay));
        await using (var app = await stream.StartAsync(s_fold.Test.From.ToDateTimeOffset()))
        {
            await TestStream.UntilAsync(app, s_transactions.Length, Cancellation);
            await app.StopAsync(Cancellation);
        }

        var alerts = (await stream.AlertsAsync()).ToDictionary(alert => alert.TransactionId);
        var expected = Replay.Score(s_transactions, s_fold, FraudModel.Load(_folder), cancellationToken: Cancellation);
        Assert.True(expected.Count > 200, $"{expected.Count} rows");
        Assert.All(expected, row => Assert.Equal((double)row.Score, alerts[row.TransactionId].Score));
        Assert.All(alerts.Values, alert => Assert.InRange(alert.Reasons.Count, 3, 5));
        Assert.All(alerts.Values, alert => Assert.Equal(model.Manifest.Hash, alert.ModelVersion));
    }

    [Fact]
    public void A_baseline_is_refused_under_other_feature_options_than_its_trainings()
    {
        Trained("logistic").Save(_folder);
        var options = new ServiceOptions { Features = new() { HistoryLength = 128 }, Scoring = new() { Checkpoint = _folder } };
        var refusal = Assert.Throws<InvalidDataException>(() => new ScoringStages(options, "stream", TimeProvider.System));
        Assert.Contains("HistoryLength: found 256, expected 128", refusal.Message, StringComparison.Ordinal);
    }

    static FraudModel Trained(string name, Checkpoint? encoder = null) => TrainRun.Run(
        new()
        {
            History = s_transactions,
            Train = name == "r1" ? Days(2, 7) : s_fold.Train,
            LabelDelay = s_fold.LabelDelay,
            Training = new() { Config = EncoderConfig.Preset(name == "lstm" ? "lstm-tiny" : "r1-tiny"), Epochs = 1 },
            Baseline = name is "lstm" or "r1" ? null : new() { Config = BaselineConfig.Preset(name), Encoder = encoder },
        },
        cancellationToken: Cancellation);

    static TimeWindow Days(int from, int to) => new(s_start + TimeSpan.FromDays(from), s_start + TimeSpan.FromDays(to));
}
