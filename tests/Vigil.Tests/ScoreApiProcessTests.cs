using System.Text.Json.Nodes;
using Npgsql;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Tests;

/// <summary>The API of real processes: one that crashes, and two that share the partitions.</summary>
public sealed class ScoreApiProcessTests(TestPostgres postgres, RealKafka kafka)
{
    static readonly (string, string) s_key = ("Vigil__Api__Keys__test", ApiCaller.KeyHash);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_come_while_alerts_wait_to_be_stored_and_a_crash_before_an_answer_loses_no_score()
    {
        await using var served = await ServedBroker.CreateAsync(postgres);
        using var api = new ApiCaller(served.Address);
        served.Start(s_key, ("Vigil__Scoring__MaxFlushRecords", "1"));
        await ServingAsync(api, served.Process);
        await api.ScoreAsync(ApiCaller.Transaction("t1", "c1"));
        await served.UntilStoredAsync(1, Cancellation);
        JsonObject early;
        await using (var connection = new NpgsqlConnection(served.Database))
        {
            await connection.OpenAsync(Cancellation);
            await using var transaction = await connection.BeginTransactionAsync(Cancellation);
            await ExecuteAsync(connection, "LOCK TABLE partition_cursor IN EXCLUSIVE MODE");
            early = await api.ScoreAsync(ApiCaller.Transaction("t2", "c1"));
            Assert.Equal("alert", early["decision"]!.GetValue<string>());
            var next = await api.ScoreAsync(ApiCaller.Transaction("t3", "c1"));
            Assert.NotEqual("unscored", next["decision"]!.GetValue<string>());
            Assert.Equal("1", await served.QueryAsync("SELECT count(*)::text FROM alert"));
            var late = await api.ScoreAsync(ApiCaller.Transaction("t4", "c1"), deadlineMs: 200); // one is being stored and one is pending: it waits
            Assert.Equal("deadline", late["reason"]!.GetValue<string>());
            await served.Process.SignalAsync("KILL");
            await served.Process.WaitAsync(Cancellation);
            await ExecuteAsync(
                connection, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        }
        served.Start(s_key);
        await served.UntilStoredAsync(1 + 4, Cancellation); // each run of the embedded broker's stream has cursors of its own

        var scores = CardScoresTests.Read(served.Kafka).ToDictionary(score => score.TransactionId.ToString(), score => score.Probability!.Value);
        Assert.Equal(["t1", "t2", "t3", "t4"], scores.Keys.Order());
        Assert.Equal(early["score"]!.GetValue<double>(), scores["t2"]);
    }

    [Fact]
    public async Task Each_of_two_processes_answers_for_the_others_partitions_too()
    {
        var stream = await RealStream.CreateAsync(kafka, postgres);
        await using var first = stream.Serve(out string firstAddress, s_key);
        await RealStream.UntilAsync(() => Task.FromResult(first.Output.Contains("Claimed", StringComparison.Ordinal)), first);
        await using var second = stream.Serve(out string secondAddress, s_key);
        await RealStream.UntilAsync(() => Task.FromResult(second.Output.Contains("Claimed", StringComparison.Ordinal)), second);

        var answers = new List<JsonObject>();
        foreach (string address in (string[])[firstAddress, secondAddress])
        {
            using var api = new ApiCaller(address);
            var own = new List<JsonObject>();
            for (int i = 0; i < 24; i++) own.Add(await api.ScoreAsync(ApiCaller.Transaction($"{address}-{i}", $"card-{i}")));
            Assert.Equal(4, own.Select(answer => answer["partition"]!.GetValue<int>()).Distinct().Count());
            answers.AddRange(own);
        }

        await stream.UntilScoredAsync(answers.Count, first);
        Assert.Equal(
            answers.Select(answer => (answer["partition"]!.GetValue<int>(), answer["offset"]!.GetValue<long>(), answer["score"]!.GetValue<double>())).Order(),
            CardScoresTests.Read(stream.Options).Select(score => (score.Partition, score.Offset, score.Probability!.Value)).Order());
    }

    static Task ServingAsync(ApiCaller api, VigilProcess process) => Polling.UntilAsync(
        async () =>
        {
            try
            {
                return await api.GetAsync("/openapi/v1.json") is not "";
            }
            catch (HttpRequestException)
            {
                return false; // it does not listen yet
            }
        },
        () => process.Errors + process.Output, Cancellation);

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
