using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Vigil.Ingest;
using Vigil.Simulator;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Tests;

/// <summary>Every transaction's score on Kafka: none missing, whoever crashes when, and with the values that Postgres and a replay have.</summary>
public sealed class CardScoresTests(TestPostgres postgres, RealKafka kafka)
{
    static readonly HistoryEvent[] s_history =
        [.. History.Merge(new HandbookWorld(new() { Seed = 9, Customers = 40, Terminals = 100, Days = 16 }).Transactions(), TimeSpan.FromDays(7))];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static int Transactions => s_history.Count(happened => happened.Transaction is not null);

    [Fact]
    public async Task Every_transaction_has_the_score_of_a_replay_and_the_decision_of_the_policy()
    {
        const double threshold = 0.02;
        await using var stream = new TestStream(postgres, threshold: threshold);
        stream.Produce(s_history);
        await using (var app = await stream.StartAsync())
        {
            await TestStream.UntilAsync(app, Transactions, Cancellation);
            await app.StopAsync(Cancellation);
        }

        var scores = Read(stream.Kafka);
        Assert.Equal(Expected(PlainPipeline.Alerts(s_history, 0, stream.Kafka)), scores.Select(Values).Order());
        Assert.Equal(
            (await stream.AlertsAsync()).Select(alert => (alert.Partition.Partition, alert.Offset)).Order(),
            scores.Where(score => score.Decision == Decision.Alert).Select(score => (score.Partition, score.Offset)).Order());
        Assert.All(scores, score => Assert.Equal(score.Probability >= threshold ? Decision.Alert : Decision.Pass, score.Decision));
    }

    [Fact]
    public async Task What_is_below_the_cursor_is_not_published_again_and_what_lies_before_scoring_begins_never()
    {
        await using var stream = new TestStream(postgres);
        stream.Produce(s_history);
        var from = s_history[s_history.Length / 2].Stamp;
        for (int start = 0; start < 2; start++)
        {
            await using var app = await stream.StartAsync(from.ToDateTimeOffset());
            await TestStream.UntilAsync(app, start == 0 ? Transactions : 0, Cancellation);
            await app.StopAsync(Cancellation);
        }

        int scored = s_history.Count(happened => happened.Transaction is not null && happened.Stamp >= from);
        Assert.Equal(scored, Published(stream.Kafka));
        Assert.Equal(scored, Read(stream.Kafka).Count);
    }

    [Fact]
    public async Task Without_a_topic_of_scores_none_are_published()
    {
        await using var stream = new TestStream(postgres);
        stream.Kafka.ScoresTopic = "";
        stream.Produce(s_history);
        await using (var app = await stream.StartAsync())
        {
            await TestStream.UntilAsync(app, Transactions, Cancellation);
            await app.StopAsync(Cancellation);
        }

        Assert.Equal(0, Published(new IngestOptions { BootstrapServers = stream.Kafka.BootstrapServers, Embedded = true }));
    }

    [Fact]
    public async Task A_process_killed_between_Kafka_and_Postgres_repeats_scores_with_the_same_values_and_loses_none()
    {
        string database = await postgres.CreateDatabaseAsync();
        var stream = (await RealStream.CreateAsync(kafka, postgres)).Again(database);
        (string, string) everything = ("Vigil__Alerts__Threshold", "0");
        int half = s_history.Length / 2;
        await using (var killed = stream.Serve(out _, everything))
        {
            ProduceLive(stream.Options, s_history.Take(half));
            await stream.UntilScoredAsync(s_history.Take(half).Count(happened => happened.Transaction is not null), killed);
            await using var connection = new NpgsqlConnection(database);
            await connection.OpenAsync(Cancellation);
            await using var transaction = await connection.BeginTransactionAsync(Cancellation);
            await ExecuteAsync(connection, "LOCK TABLE partition_cursor IN EXCLUSIVE MODE");
            long before = Published(stream.Options);
            ProduceLive(stream.Options, s_history.Skip(half));
            await RealStream.UntilAsync(() => Task.FromResult(Published(stream.Options) > before), killed);
            await killed.SignalAsync("KILL");
            await killed.WaitAsync(Cancellation);
            // Postgres does not know that nobody waits for the flush, and would do it when the lock goes.
            await ExecuteAsync(
                connection, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        }
        await using (var next = stream.Serve(out _, everything)) await stream.UntilScoredAsync(Transactions, next);

        Assert.True(Published(stream.Options) > Transactions, "some were published twice");
        var scores = Read(stream.Options);
        var alerts = (await stream.AlertsAsync()).Select(alert => (alert.TransactionId, alert.EventTime, alert.Score));
        Assert.Equal(Expected(alerts), scores.Select(Values).Order());

        await using var print = VigilProcess.Start(stream.Environment, "scores");
        Assert.True(await print.WaitAsync(Cancellation) == 0, print.Errors);
        string[] lines = print.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var printed = lines.Select(line => ScoreJson.Read(Encoding.UTF8.GetBytes(line)));
        Assert.Equal(scores.Select(Values).Order(), printed.Select(Values).Order());
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>While somebody reads: no transaction before the labels that it may see.</summary>
    static void ProduceLive(IngestOptions kafka, IEnumerable<HistoryEvent> events)
    {
        using var producer = new HistoryProducer(kafka);
        foreach (var happened in events) producer.Write(happened);
        producer.Flush();
    }

    static IEnumerable<(string Id, double Score)> Expected(IEnumerable<(string Id, DateTimeOffset EventTime, double Score)> scores) =>
        scores.Select(score => (score.Id, score.Score)).Order();

    static (string Id, double Score) Values(Score score) => (score.TransactionId.ToString(), score.Probability!.Value);

    static long Published(IngestOptions kafka)
    {
        using var topics = new Topics(kafka);
        return topics.Watermarks(kafka.ScoresTopic).Sum(marks => marks.High);
    }

    internal static List<Score> Read(IngestOptions kafka)
    {
        using var reader = new ScoreReader(kafka, fromBeginning: true, NullLogger<ScoreReader>.Instance);
        var scores = new List<Score>();
        while (!reader.IsAtEnd && !Cancellation.IsCancellationRequested)
            if (reader.TryRead(TimeSpan.FromMilliseconds(100), out var score)) scores.Add(score);
        return scores;
    }
}
