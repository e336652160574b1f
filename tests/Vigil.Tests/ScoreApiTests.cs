using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Vigil.Api;
using Vigil.Ingest;
using Xunit;

namespace Vigil.Tests;

/// <summary>The API of a service in this process.</summary>
public sealed class ScoreApiTests(TestPostgres postgres)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_has_the_values_of_the_topic_of_the_alert_and_of_a_replay()
    {
        await using var stream = NewStream();
        await using var app = await stream.StartAsync();
        using var api = Caller(app);
        JsonObject[] transactions = [.. Enumerable.Range(0, 40).Select(i => ApiCaller.Transaction($"t{i}", $"card-{i % 9}", 100 + (i * 997 % 50_000)))];
        var answers = new List<JsonObject>();
        foreach (var transaction in transactions[..30]) answers.Add(await api.ScoreAsync(transaction));
        var (status, body) = await api.PostAsync("/v1/score/batch", new JsonArray([.. transactions[30..]]).ToJsonString());
        Assert.Equal(HttpStatusCode.OK, status);
        answers.AddRange(JsonNode.Parse(body)!.AsArray().Select(answer => answer!.AsObject()));
        await TestStream.UntilAsync(app, transactions.Length, Cancellation);
        await app.StopAsync(Cancellation);

        Assert.Equal(transactions.Select(transaction => Id(transaction)), answers.Select(Id));
        Assert.All(answers, answer => Assert.Equal("alert", answer["decision"]!.GetValue<string>()));
        Assert.Equal(answers.Select(Place).Order(), CardScoresTests.Read(stream.Kafka).Select(Place).Order());
        var alerts = (await stream.AlertsAsync()).Select(alert => (alert.TransactionId, alert.Score, alert.Partition.Partition, alert.Offset));
        Assert.Equal(answers.Select(Place).Order(), alerts.Order());
        var replayed = PlainPipeline.Alerts(transactions.Select(HistoryOf), 0, stream.Kafka).Select(alert => (alert.Id, alert.Score));
        Assert.Equal(replayed.Order(), answers.Select(answer => (Id(answer), answer["score"]!.GetValue<double>())).Order());
    }

    [Fact]
    public async Task Asked_again_it_gives_the_same_score_and_appends_nothing_and_says_repeated_where_it_has_forgotten()
    {
        await using var stream = NewStream();
        await using (var app = await stream.StartAsync())
        {
            using var api = Caller(app);
            var first = await api.ScoreAsync(ApiCaller.Transaction("t1", "c1"));
            var again = await api.ScoreAsync(ApiCaller.Transaction("t1", "c1", amount: 99));
            Assert.Equal(first.ToJsonString(), again.ToJsonString());
            Assert.Equal(1, Appended(stream));
            await TestStream.UntilAsync(app, 1, Cancellation);
            await app.StopAsync(Cancellation);
        }
        await using (var app = await stream.StartAsync())
        {
            using var api = Caller(app);
            var forgotten = await api.ScoreAsync(ApiCaller.Transaction("t1", "c1"));
            Assert.Equal(("unscored", "repeated"), (forgotten["decision"]!.GetValue<string>(), forgotten["reason"]!.GetValue<string>()));
            Assert.Equal(2, Appended(stream));
            await app.StopAsync(Cancellation);
        }
        Assert.Single(CardScoresTests.Read(stream.Kafka));
    }

    [Fact]
    public async Task Who_has_no_key_asks_too_much_or_sends_what_is_no_transaction_is_told_so_and_nothing_is_appended()
    {
        await using var stream = NewStream(new() { Keys = { ["test"] = ApiCaller.KeyHash }, TransactionsPerSecond = 3, MaxBatch = 3, MaxRequestBytes = 4096 });
        await using var app = await stream.StartAsync();
        using var api = Caller(app);
        using var stranger = new ApiCaller(app.Urls.First(), key: null);
        using var guesser = new ApiCaller(app.Urls.First(), key: ApiCaller.KeyHash);
        string good = ApiCaller.Transaction("t1", "c1").ToJsonString();
        string number = $"4{new string('1', 14)}"; // built, so that none stands in the source
        number = Enumerable.Range(0, 10).Select(digit => $"{number}{digit}").Single(Luhn);

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsync("/v1/score", good)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await guesser.PostAsync("/v1/score", good)).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await api.PostAsync("/v1/score", good, type: "text/plain")).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await api.PostAsync("/v1/score", new string(' ', 5000) + good)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.PostAsync("/v1/score", good, deadlineMs: 0)).Status);
        await AssertProblemAsync(api, "/v1/score", "{", "malformed_json", null);
        await AssertProblemAsync(api, "/v1/score", ApiCaller.Transaction("t1", "c1", amount: -1).ToJsonString(), "out_of_range", "amount");
        await AssertProblemAsync(api, "/v1/score", ApiCaller.Transaction("t1", number).ToJsonString(), "pan", "card_token");
        await AssertProblemAsync(api, "/v1/score/batch", $"[{good},{ApiCaller.Transaction(number, "c1").ToJsonString()}]", "pan", "transaction_id");
        Assert.Equal(HttpStatusCode.BadRequest, (await api.PostAsync("/v1/score/batch", good)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.PostAsync("/v1/score/batch", $"[{good}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.PostAsync("/v1/score/batch", $"[{good},{good},{good},{good}]")).Status);
        Assert.Equal(0, Appended(stream));

        using var refused = await ExhaustAsync(api);
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        await app.StopAsync(Cancellation);

        async Task AssertProblemAsync(ApiCaller caller, string path, string json, string reason, string? field)
        {
            var (status, body) = await caller.PostAsync(path, json);
            var problem = JsonNode.Parse(body)!.AsObject();
            Assert.Equal((HttpStatusCode.BadRequest, reason), (status, problem["reason"]!.GetValue<string>()));
            Assert.DoesNotContain(number, body);
            if (field is not null) Assert.StartsWith(field, problem["detail"]!.GetValue<string>());
            if (path.EndsWith("batch", StringComparison.Ordinal)) Assert.Equal(1, problem["index"]!.GetValue<int>());
        }
    }

    [Fact]
    public async Task Without_a_score_in_time_the_answer_is_unscored_and_while_too_many_wait_it_is_not_let_in()
    {
        // Asked again and again without a pause, it must be the room that is used up, and not the rate.
        await using var stream = NewStream(new()
        {
            Keys = { ["test"] = ApiCaller.KeyHash },
            MaxPending = 1,
            Deadline = TimeSpan.FromMilliseconds(50),
            TransactionsPerSecond = 1_000_000,
        });
        await using var app = await stream.StartAsync(scoreFrom: new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero)); // remembered, and so never scored
        using var api = Caller(app);

        var late = await api.ScoreAsync(ApiCaller.Transaction("t1", "c1"), deadlineMs: null);
        Assert.Equal("""{"transaction_id":"t1","card_token":"c1","decision":"unscored","reason":"deadline"}""", late.ToJsonString());
        var waiting = UntilLetInAsync(api, ApiCaller.Transaction("t2", "c1"));
        await Polling.UntilAsync(
            async () =>
            {
                using var response = await api.SendAsync("/v1/score", ApiCaller.Transaction("t3", "c1").ToJsonString(), deadlineMs: 1);
                return response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null;
            },
            () => "no request was refused", Cancellation);
        Assert.Equal("deadline", (await waiting)["reason"]!.GetValue<string>());
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Without_a_key_there_is_no_API()
    {
        await using var stream = new TestStream(postgres);
        await using var app = await stream.StartAsync();
        using var api = Caller(app);
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostAsync("/v1/score", "{}")).Status);
        await app.StopAsync(Cancellation);
    }

    [Fact]
    public void The_document_names_the_answers_fields_and_every_reference_is_there()
    {
        using var document = JsonDocument.Parse(ScoreApi.Document());
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        Assert.True(schemas.GetProperty("Transaction").GetProperty("properties").TryGetProperty("card_token", out _));
        string[] score = [.. schemas.GetProperty("Answer").GetProperty("properties").EnumerateObject().Select(property => property.Name)];
        using var contract = JsonDocument.Parse(File.ReadAllText(Path.Combine(Support.Repository.Root, "schemas", "score.schema.json")));
        Assert.Equal(contract.RootElement.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(), score.Order());
        foreach (string part in ScoreApi.Document().Split("#/components/schemas/").Skip(1))
            Assert.True(schemas.TryGetProperty(part[..part.IndexOf('"', StringComparison.Ordinal)], out _));
    }

    /// <summary>A request that finds the room taken tries again.</summary>
    static async Task<JsonObject> UntilLetInAsync(ApiCaller api, JsonObject transaction)
    {
        while (true)
        {
            var (status, body) = await api.PostAsync("/v1/score", transaction.ToJsonString(), deadlineMs: 3000);
            if (status == HttpStatusCode.OK) return JsonNode.Parse(body)!.AsObject();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        }
    }

    static async Task<HttpResponseMessage> ExhaustAsync(ApiCaller api)
    {
        for (int i = 0; ; i++)
        {
            var response = await api.SendAsync("/v1/score", ApiCaller.Transaction($"r{i}", "c1").ToJsonString(), deadlineMs: 1);
            if (response.StatusCode == HttpStatusCode.TooManyRequests) return response;
            Assert.True(response.IsSuccessStatusCode && i < 1000, $"{response.StatusCode}");
            response.Dispose();
        }
    }

    static bool Luhn(string number) =>
        number.Reverse().Select((digit, place) => place % 2 == 1 ? (digit - '0') * 2 : digit - '0').Sum(value => value > 9 ? value - 9 : value) % 10 == 0;

    static string Id(JsonObject json) => json["transaction_id"]!.GetValue<string>();

    static (string, double, int, long) Place(JsonObject answer) =>
        (Id(answer), answer["score"]!.GetValue<double>(), answer["partition"]!.GetValue<int>(), answer["offset"]!.GetValue<long>());

    static (string, double, int, long) Place(Score score) => (score.TransactionId.ToString(), score.Probability!.Value, score.Partition, score.Offset);

    static HistoryEvent HistoryOf(JsonObject json)
    {
        var now = Instant.From(TimeProvider.System.GetUtcNow());
        Assert.True(TransactionJson.TryDecode(JsonSerializer.SerializeToUtf8Bytes(json), now, out var transaction, out var rejection), rejection.Message);
        return new(now, new LabelledTransaction(transaction, null, null, 0), null);
    }

    static long Appended(TestStream stream)
    {
        using var topics = new Topics(stream.Kafka);
        return topics.Watermarks(stream.Kafka.TransactionsTopic).Sum(marks => marks.High);
    }

    static ApiCaller Caller(WebApplication app) => new(app.Urls.First());

    TestStream NewStream(ApiOptions? api = null) =>
        new(postgres, threshold: 0) { Api = api ?? new() { Keys = { ["test"] = ApiCaller.KeyHash } } };
}
