using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Vigil.Alerts;
using Vigil.Ingest;

namespace Vigil.Bench;

/// <summary>
/// How long an authoriser waits: one <c>vigil serve</c> with the settings that it ships with, asked by one caller after another and by many at once. The broker
/// is the real Kafka that VIGIL_BENCH_KAFKA names, else the embedded one, which answers a fetch every 5 ms at best.
/// </summary>
static class ApiBench
{
    const string Key = "a-key-of-the-bench";
    const int Cards = 500, WarmUp = 2000, Partitions = 4;

    static readonly (int Callers, int Requests)[] s_loads = [(1, 2000), (4, 8000), (16, 16_000)];

    internal static IReadOnlyList<Figure> Run() => RunAsync().GetAwaiter().GetResult();

    static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        string? named = BenchSetting.Text("KAFKA");
        var kafka = new IngestOptions { Embedded = named is null };
        using var embedded = named is null ? EmbeddedBroker.Start(Topics.Of(kafka, Partitions)) : null;
        kafka.BootstrapServers = named ?? embedded!.BootstrapServers;
        using (var topics = new Topics(kafka)) await topics.CreateMissingAsync(Topics.Of(kafka, Partitions), stampedByBroker: true);
        await using var postgres = await PostgresServer.FindOrStartAsync(new PostgresServerOptions(), Console.Error.WriteLine);
        await Migrations.RunAsync(postgres.ConnectionString);
        await using var worker = BenchWorker.Start(
            kafka, postgres.ConnectionString, ("Vigil__Api__Keys__bench", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))),
            ("Vigil__Api__TransactionsPerSecond", "1000000"), ("Logging__LogLevel__Default", "Warning"));
        using var client = new HttpClient { BaseAddress = new Uri(worker.Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        await UntilScoredAsync(client, worker);
        await AskAsync(client, 4, WarmUp);
        var figures = new List<Figure>();
        foreach (var (callers, requests) in s_loads) figures.AddRange(await MeasureAsync(client, callers, requests));
        return figures;
    }

    static async Task<Figure[]> MeasureAsync(HttpClient client, int callers, int requests)
    {
        long started = Stopwatch.GetTimestamp();
        var (waited, unscored) = await AskAsync(client, callers, requests);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Array.Sort(waited);
        string name = string.Create(CultureInfo.InvariantCulture, $"callers{callers}");
        return
        [
            new($"{name}.perSecond", requests / seconds, "answers/s"),
            new($"{name}.p50Ms", waited[waited.Length / 2], "ms"),
            new($"{name}.p99Ms", waited[waited.Length * 99 / 100], "ms"),
            new($"{name}.unscoredShare", (double)unscored / requests, "of answers, by the deadline of 100 ms"),
        ];
    }

    static async Task<(double[] Waited, int Unscored)> AskAsync(HttpClient client, int callers, int requests)
    {
        int next = -1, unscored = 0;
        double[] waited = new double[requests];
        string run = Guid.NewGuid().ToString("N")[..8];
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i < requests; i = Interlocked.Increment(ref next))
            {
                long asked = Stopwatch.GetTimestamp();
                string answer = await PostAsync(client, $"{run}-{i}", $"card-{i % Cards}");
                waited[i] = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
                if (answer.Contains("\"unscored\"", StringComparison.Ordinal)) Interlocked.Increment(ref unscored);
            }
        })));
        return (waited, unscored);
    }

    static async Task<string> PostAsync(HttpClient client, string id, string card)
    {
        long now = Instant.From(TimeProvider.System.GetUtcNow()).Microseconds;
        string json = $$"""
            {"transaction_id":"{{id}}","card_token":"{{card}}","event_time":{{now}},"amount":1250,"currency":"EUR","merchant_id":"m{{now % 97}}",
            "mcc":5999,"merchant_country":"BE","entry_mode":"chip"}
            """;
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri("/v1/score", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    static async Task UntilScoredAsync(HttpClient client, BenchWorker worker)
    {
        await worker.UntilItAnswersAsync();
        for (int i = 0; (await PostAsync(client, $"first-{i}", "card-0")).Contains("\"unscored\"", StringComparison.Ordinal); i++) worker.ThrowIfEnded();
    }
}
