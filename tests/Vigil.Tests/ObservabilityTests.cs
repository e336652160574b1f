using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Tests;

/// <summary>A running service to which everything has happened that its metrics count, against the dashboard, the rules and a collector.</summary>
public sealed partial class ObservabilityTests(TestPostgres postgres)
{
    const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    static readonly string[] s_sources = ["Vigil.Scoring", "Vigil.Alerts", "Npgsql"];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static byte[] Good => Encoding.UTF8.GetBytes(
        $$"""{"transaction_id":"{{Guid.NewGuid():N}}","card_token":"c1","event_time":{{ServedBroker.Stamp.Microseconds}},"amount":1250"""
        + ""","currency":"EUR","merchant_id":"m1","mcc":5999,"merchant_country":"BE","entry_mode":"chip"}""");

    [Fact]
    public async Task Every_metric_of_the_dashboard_and_the_rules_is_served_spans_and_metrics_reach_a_collector_and_logs_are_JSON()
    {
        using var collector = new Collector();
        await using var served = await ServedBroker.CreateAsync(postgres);
        served.Produce(served.Kafka.LabelsTopic, null, ["{}"u8.ToArray()]);
        served.Produce(served.Kafka.TransactionsTopic, null, [Good, "{}"u8.ToArray()]);
        served.Start(
            ("Vigil__Telemetry__OtlpEndpoint", collector.Address), ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("Logging__Console__FormatterName", "json"), ("Vigil__Api__Keys__test", ApiCaller.KeyHash), ("Vigil__Overload__Policy", "Unscored"),
            ("Vigil__Overload__Lag", "1.00:00:00"));
        await served.UntilStoredAsync(2, Cancellation);
        await served.QueryAsync(
            "SELECT count(pg_terminate_backend(pid))::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        served.Produce(served.Kafka.TransactionsTopic, null, [Good]);
        await served.UntilStoredAsync(3, Cancellation);
        await served.ProduceTracedAsync(Good, $"00-{Trace}-00f067aa0ba902b7-01"); // and long ago: shed
        await served.UntilStoredAsync(4, Cancellation);
        using (var api = new ApiCaller(served.Address)) await api.ScoreAsync(ApiCaller.Transaction("asked", "c1"));
        await served.UntilStoredAsync(5, Cancellation);
        string metrics = "";
        await Polling.UntilAsync(
            async () => (metrics = await served.MetricsAsync(Cancellation)).Contains("fraud_scoring_cards", StringComparison.Ordinal),
            () => metrics,
            Cancellation);
        string owned = metrics; // what a partition holds is no longer told once another process has it
        await served.QueryAsync("UPDATE partition_cursor SET epoch = epoch + 1");
        served.Produce(served.Kafka.TransactionsTopic, null, [Good]);

        await Polling.UntilAsync(
            async () => (metrics = await served.MetricsAsync(Cancellation)).Contains("fraud_alerts_fenced_total", StringComparison.Ordinal),
            () => metrics,
            Cancellation);
        await AssertNamesExistAsync(owned + metrics);
        await Polling.UntilAsync(
            () => Task.FromResult(s_sources.All(source => collector.Has("/v1/traces", source)) && collector.Has("/v1/metrics", "fraud.scoring.latency")),
            () => string.Join(' ', collector.Paths), Cancellation);
        Assert.True(collector.Has("/v1/traces", Encoding.Latin1.GetString(Convert.FromHexString(Trace))), "the producer's span is not linked");
        foreach (string stage in Enum.GetNames<ScoringStage>()) Assert.Contains($"stage=\"{stage.ToLowerInvariant()}\"", metrics, StringComparison.Ordinal);

        await served.Process.SignalAsync("TERM");
        Assert.Equal(0, await served.Process.WaitAsync(Cancellation));
        string[] lines = served.Process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            using var entry = JsonDocument.Parse(line);
            Assert.True(entry.RootElement.TryGetProperty("EventId", out _), line);
        });
        Assert.Contains(lines, line => line.Contains("\"Partition\":", StringComparison.Ordinal));
    }

    /// <summary>Each name that a query uses is a series of the scrape.</summary>
    static async Task AssertNamesExistAsync(string metrics)
    {
        var served = Series().Matches(metrics).Select(match => match.Value).ToHashSet();
        foreach (string file in new[] { "grafana/vigil.json", "prometheus/alerts.yml" })
        {
            string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", file), Cancellation);
            string[] used = [.. Used().Matches(text).Select(match => match.Value).Distinct()];
            Assert.NotEmpty(used);
            Assert.All(used, name => Assert.Contains(name, served));
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*", RegexOptions.Multiline)]
    internal static partial Regex Series();

    [GeneratedRegex("\\b(fraud|dotnet)_[a-z0-9_]+")]
    internal static partial Regex Used();

    /// <summary>Takes what an OTLP exporter sends over HTTP.</summary>
    sealed class Collector : IDisposable
    {
        readonly HttpListener _listener = new();
        readonly ConcurrentQueue<(string Path, string Body)> _received = [];

        internal Collector()
        {
            using var port = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            port.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}/";
            port.Stop();
            _listener.Prefixes.Add(Address);
            _listener.Start();
            _ = Task.Run(ReceiveAsync);
        }

        internal string Address { get; }

        internal IEnumerable<string> Paths => _received.Select(received => received.Path).Distinct();

        /// <summary>Whether something came to a path that holds a text; in protobuf texts stand as they are.</summary>
        internal bool Has(string path, string text) =>
            _received.Any(received => received.Path == path && received.Body.Contains(text, StringComparison.Ordinal));

        public void Dispose() => _listener.Close();

        async Task ReceiveAsync()
        {
            while (_listener.IsListening)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                _received.Enqueue((context.Request.Url!.AbsolutePath, Encoding.Latin1.GetString(body.ToArray())));
                context.Response.Close();
            }
        }
    }
}
