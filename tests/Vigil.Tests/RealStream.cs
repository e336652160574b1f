using System.Net;
using System.Net.Sockets;
using Vigil.Alerts;
using Vigil.Ingest;
using Vigil.Tests.Support;

namespace Vigil.Tests;

/// <summary>Topics of fresh names on a real Kafka, and processes that score them into Postgres.</summary>
sealed class RealStream
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    readonly string _database;

    RealStream(IngestOptions options, string streamId, string database) => (Options, StreamId, _database) = (options, streamId, database);

    internal IngestOptions Options { get; }

    internal string StreamId { get; }

    /// <summary>The environment that names the topics and the group to a process.</summary>
    internal Dictionary<string, string> Environment => new()
    {
        ["Vigil__Kafka__BootstrapServers"] = Options.BootstrapServers,
        ["Vigil__Kafka__TransactionsTopic"] = Options.TransactionsTopic,
        ["Vigil__Kafka__LabelsTopic"] = Options.LabelsTopic,
        ["Vigil__Kafka__ActivityTopic"] = Options.ActivityTopic,
        ["Vigil__Kafka__ScoresTopic"] = Options.ScoresTopic,
        ["Vigil__Kafka__Group"] = Options.Group,
        ["Vigil__Kafka__Client__heartbeat.interval.ms"] = "500",
        ["Vigil__Kafka__Client__session.timeout.ms"] = "6000",
        ["VIGIL_POSTGRES"] = _database,
    };

    /// <param name="kafka">The broker; the test is skipped where there is none.</param>
    /// <param name="postgres">Where processes store.</param>
    /// <param name="settings">Further settings of every topic, KEY=VALUE.</param>
    internal static async Task<RealStream> CreateAsync(RealKafka kafka, TestPostgres postgres, params string[] settings)
    {
        string name = Guid.NewGuid().ToString("N")[..8];
        var options = new IngestOptions
        {
            BootstrapServers = await kafka.AddressAsync(),
            TransactionsTopic = $"transactions-{name}",
            LabelsTopic = $"labels-{name}",
            ActivityTopic = $"activity-{name}",
            ScoresTopic = $"scores-{name}",
            Group = $"group-{name}",
        };
        await RealKafka.CreateTopicsAsync(
            options.BootstrapServers, settings, (options.TransactionsTopic, 4), (options.LabelsTopic, 1), (options.ActivityTopic, 1), (options.ScoresTopic, 4));
        return new(options, await StreamIdentity.ReadAsync(options, runId: ""), postgres.ConnectionString);
    }

    /// <summary>The same topics, read by another group into another database: scored once more.</summary>
    internal RealStream Again(string database)
    {
        var options = new IngestOptions
        {
            BootstrapServers = Options.BootstrapServers,
            TransactionsTopic = Options.TransactionsTopic,
            LabelsTopic = Options.LabelsTopic,
            ActivityTopic = Options.ActivityTopic,
            ScoresTopic = Options.ScoresTopic,
            Group = $"{Options.Group}-again",
        };
        return new(options, StreamId, database);
    }

    /// <summary>Starts a process that scores the topics.</summary>
    internal VigilProcess Serve(out string address, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        address = $"http://127.0.0.1:{FreePort()}";
        var environment = Environment;
        foreach (var (name, value) in settings) environment[name] = value;
        return VigilProcess.Start(environment, "serve", "--listen", address);
    }

    internal void Produce(IEnumerable<HistoryEvent> events)
    {
        using var producer = new TransactionProducer(Options, TimeProvider.System);
        foreach (var happened in events)
        {
            if (happened.Transaction is { } labelled) producer.Produce(labelled.Transaction, happened.Stamp);
            else producer.Produce(happened.Label!.Value, happened.Stamp);
        }
        producer.Flush(s_patience);
    }

    /// <summary>Writes bytes to the transactions' topic as they are.</summary>
    internal void ProduceRaw(byte[] value)
    {
        using var producer = new TransactionProducer(Options, TimeProvider.System);
        producer.ProduceRaw(Options.TransactionsTopic, null, value, Instant.From(TimeProvider.System.GetUtcNow()));
        producer.Flush(s_patience);
    }

    internal Task UntilScoredAsync(long scored, VigilProcess service) => UntilAsync(async () => (await CountAsync()).Scored >= scored, service);

    internal static Task UntilAsync(Func<Task<bool>> reached, VigilProcess service) =>
        Polling.UntilAsync(reached, () => service.Errors + service.Output, Xunit.TestContext.Current.CancellationToken);

    internal async Task<IReadOnlyList<Alert>> AlertsAsync()
    {
        await using var reader = new AlertReader(new AlertsOptions { ConnectionString = _database });
        return [.. (await reader.LatestAsync(StreamId, 1_000_000, Xunit.TestContext.Current.CancellationToken)).Select(stored => stored.Alert)];
    }

    internal async Task<StreamCounts> CountAsync()
    {
        await using var reader = new AlertReader(new AlertsOptions { ConnectionString = _database });
        return await reader.CountAsync(StreamId, Xunit.TestContext.Current.CancellationToken);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
