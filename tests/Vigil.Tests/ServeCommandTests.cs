using System.Net;
using System.Net.Sockets;
using Vigil.Alerts;
using Vigil.Ingest;
using Vigil.Simulator;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Tests;

public sealed class ServeCommandTests(TestPostgres postgres, RealKafka kafka)
{
    const int Cards = 60;

    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_share_a_real_Kafka_and_store_every_transaction_once()
    {
        var options = await TopicsAsync();
        string streamId = await StreamIdentity.ReadAsync(options, runId: "");
        var history = History.Merge(new HandbookWorld(new() { Seed = 3, Customers = Cards, Terminals = 150, Days = 30 }).Transactions(), TimeSpan.FromDays(7)).ToArray();
        int half = history.Length / 2, transactions = history.Count(happened => happened.Transaction is not null);

        await using var first = Serve(options, out string firstAddress);
        Produce(options, history.Take(half));
        await UntilScoredAsync(streamId, 1, first);
        await using var second = Serve(options, out _);
        await UntilAsync(() => Task.FromResult(second.Output.Contains("Claimed", StringComparison.Ordinal)), second);
        Produce(options, history.Skip(half));
        await UntilScoredAsync(streamId, transactions, first);

        using var client = new HttpClient();
        Assert.Equal("scoring\n", await client.GetStringAsync(new Uri($"{firstAddress}/healthz"), Cancellation));
        Assert.Contains("fraud_scoring_latency_seconds_bucket", await client.GetStringAsync(new Uri($"{firstAddress}/metrics"), Cancellation));
        foreach (var process in new[] { first, second })
        {
            await process.SignalAsync("TERM");
            Assert.True(await process.WaitAsync(Cancellation) == 0, process.Errors);
        }
        var counts = await CountAsync(streamId);
        Assert.Equal((transactions, 0L, 0L, 0L), (counts.Scored, counts.DeadLetters, counts.Duplicates, counts.Miscounted));
    }

    [Fact]
    public async Task A_killed_process_loses_nothing_and_the_next_repeats_nothing()
    {
        var options = await TopicsAsync();
        string streamId = await StreamIdentity.ReadAsync(options, runId: "");
        var history = History.Merge(new HandbookWorld(new() { Seed = 4, Customers = Cards, Terminals = 150, Days = 30 }).Transactions(), TimeSpan.FromDays(7)).ToArray();
        int transactions = history.Count(happened => happened.Transaction is not null);
        Produce(options, history);

        await using (var killed = Serve(options, out _))
        {
            await UntilScoredAsync(streamId, 1, killed);
            await killed.SignalAsync("KILL");
            await killed.WaitAsync(Cancellation);
        }
        await using var next = Serve(options, out _);
        await UntilScoredAsync(streamId, transactions, next);

        var counts = await CountAsync(streamId);
        Assert.Equal((transactions, 0L, 0L), (counts.Scored, counts.Duplicates, counts.Miscounted));
    }

    [Fact]
    public async Task A_record_of_ten_megabytes_is_one_dead_letter()
    {
        var options = await TopicsAsync("max.message.bytes=20000000");
        options.Client["message.max.bytes"] = "20000000";
        string streamId = await StreamIdentity.ReadAsync(options, runId: "");
        using (var producer = new TransactionProducer(options, TimeProvider.System))
        {
            producer.ProduceRaw(options.TransactionsTopic, null, new byte[10_000_000], Instant.From(TimeProvider.System.GetUtcNow()));
            producer.Flush(s_patience);
        }
        await using var service = Serve(options, out _);
        await UntilAsync(async () => (await CountAsync(streamId)).DeadLetters == 1, service);
    }

    [Theory]
    [InlineData("serve", "--kafka", "127.0.0.1:1", "--postgres", "Host=127.0.0.1;Port=1;Username=nobody;Database=none")]
    [InlineData("serve")]
    [InlineData("serve", "--config", "no-such-file.json")]
    [InlineData("migrate")]
    [InlineData("migrate", "--postgres", "Host=127.0.0.1;Port=1;Username=nobody;Database=none")]
    [InlineData("demo", "--source", "no-such-file.csv")]
    [InlineData("demo", "--rate", "0")]
    [InlineData("demo", "--for", "soon")]
    [InlineData("train", "--data", "no-such-file.csv")]
    [InlineData("nonsense")]
    public async Task What_the_user_can_mend_is_said_in_words_with_exit_code_2(params string[] arguments)
    {
        await using var process = VigilProcess.Start(new Dictionary<string, string> { ["Vigil__Kafka__ConnectTimeout"] = "00:00:01" }, arguments);

        Assert.Equal(2, await process.WaitAsync(Cancellation));
        Assert.NotEqual("", process.Errors.Trim());
        Assert.DoesNotContain("   at ", process.Errors);
        Assert.DoesNotContain("Exception", process.Errors);
    }

    [Fact]
    public async Task Every_verb_has_help()
    {
        foreach (string verb in new[] { "demo", "serve", "train", "backtest", "simulate", "migrate", "broker" })
        {
            await using var process = VigilProcess.Start(verb, "--help");
            Assert.Equal(0, await process.WaitAsync(Cancellation));
            Assert.Contains($"vigil {verb}", process.Output);
        }
    }

    async Task<IngestOptions> TopicsAsync(params string[] settings)
    {
        string name = Guid.NewGuid().ToString("N")[..8];
        var options = new IngestOptions
        {
            BootstrapServers = await kafka.AddressAsync(),
            TransactionsTopic = $"transactions-{name}",
            LabelsTopic = $"labels-{name}",
            Group = $"group-{name}",
        };
        await RealKafka.CreateTopicsAsync(options.BootstrapServers, settings, (options.TransactionsTopic, 4), (options.LabelsTopic, 1));
        return options;
    }

    VigilProcess Serve(IngestOptions options, out string address)
    {
        address = $"http://127.0.0.1:{FreePort()}";
        var environment = new Dictionary<string, string>
        {
            ["Vigil__Kafka__TransactionsTopic"] = options.TransactionsTopic,
            ["Vigil__Kafka__LabelsTopic"] = options.LabelsTopic,
            ["Vigil__Kafka__Group"] = options.Group,
            ["Vigil__Kafka__Client__heartbeat.interval.ms"] = "500",
            ["Vigil__Kafka__Client__session.timeout.ms"] = "6000",
        };
        return VigilProcess.Start(environment, "serve", "--kafka", options.BootstrapServers, "--postgres", postgres.ConnectionString, "--listen", address);
    }

    static void Produce(IngestOptions options, IEnumerable<HistoryEvent> events)
    {
        using var producer = new TransactionProducer(options, TimeProvider.System);
        foreach (var happened in events)
        {
            if (happened.Transaction is { } labelled) producer.Produce(labelled.Transaction, happened.Stamp);
            else producer.Produce(happened.Label!.Value, happened.Stamp);
        }
        producer.Flush(s_patience);
    }

    Task UntilScoredAsync(string streamId, long scored, VigilProcess service) => UntilAsync(async () => (await CountAsync(streamId)).Scored >= scored, service);

    static Task UntilAsync(Func<Task<bool>> reached, VigilProcess service) => Polling.UntilAsync(reached, () => service.Errors + service.Output, Cancellation);

    async Task<StreamCounts> CountAsync(string streamId)
    {
        await using var reader = new AlertReader(new AlertsOptions { ConnectionString = postgres.ConnectionString });
        return await reader.CountAsync(streamId, Cancellation);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
