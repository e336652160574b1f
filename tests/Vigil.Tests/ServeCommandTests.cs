using Vigil.Ingest;
using Vigil.Simulator;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Tests;

public sealed class ServeCommandTests(TestPostgres postgres, RealKafka kafka)
{
    const int Cards = 60;

    static readonly string[] s_topics = ["Transactions", "Labels", "Activity", "Scores"];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_share_a_real_Kafka_and_store_every_transaction_once()
    {
        var stream = await RealStream.CreateAsync(kafka, postgres);
        var world = new HandbookWorld(new() { Seed = 3, Customers = Cards, Terminals = 150, Days = 30 });
        var history = History.Merge(world.Transactions(), TimeSpan.FromDays(7)).ToArray();
        int half = history.Length / 2, transactions = history.Count(happened => happened.Transaction is not null);

        await using var first = stream.Serve(out string firstAddress);
        stream.Produce(history.Take(half));
        await stream.UntilScoredAsync(1, first);
        await using var second = stream.Serve(out _);
        await RealStream.UntilAsync(() => Task.FromResult(second.Output.Contains("Claimed", StringComparison.Ordinal)), second);
        stream.Produce(history.Skip(half));
        await stream.UntilScoredAsync(transactions, first);

        using var client = new HttpClient();
        Assert.Equal("scoring\n", await client.GetStringAsync(new Uri($"{firstAddress}/healthz"), Cancellation));
        Assert.Contains("fraud_scoring_latency_seconds_bucket", await client.GetStringAsync(new Uri($"{firstAddress}/metrics"), Cancellation));
        foreach (var process in new[] { first, second })
        {
            await process.SignalAsync("TERM");
            Assert.True(await process.WaitAsync(Cancellation) == 0, process.Errors);
        }
        var counts = await stream.CountAsync();
        Assert.Equal((transactions, 0L, 0L, 0L), (counts.Scored, counts.DeadLetters, counts.Duplicates, counts.Miscounted));
    }

    [Fact]
    public async Task A_killed_process_loses_nothing_and_the_next_repeats_nothing()
    {
        var stream = await RealStream.CreateAsync(kafka, postgres);
        var world = new HandbookWorld(new() { Seed = 4, Customers = Cards, Terminals = 150, Days = 30 });
        var history = History.Merge(world.Transactions(), TimeSpan.FromDays(7)).ToArray();
        int transactions = history.Count(happened => happened.Transaction is not null);
        stream.Produce(history);

        await using (var killed = stream.Serve(out _))
        {
            await stream.UntilScoredAsync(1, killed);
            await killed.SignalAsync("KILL");
            await killed.WaitAsync(Cancellation);
        }
        await using var next = stream.Serve(out _);
        await stream.UntilScoredAsync(transactions, next);

        var counts = await stream.CountAsync();
        Assert.Equal((transactions, 0L, 0L), (counts.Scored, counts.Duplicates, counts.Miscounted));
    }

    [Fact]
    public async Task A_record_of_ten_megabytes_is_one_dead_letter()
    {
        var stream = await RealStream.CreateAsync(kafka, postgres, "max.message.bytes=20000000");
        stream.Options.Client["message.max.bytes"] = "20000000";
        stream.ProduceRaw(new byte[10_000_000]);
        await using var service = stream.Serve(out _);
        await RealStream.UntilAsync(async () => (await stream.CountAsync()).DeadLetters == 1, service);
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

    [Theory]
    [InlineData("Transactions")]
    [InlineData("Labels")]
    [InlineData("Activity")]
    [InlineData("Scores")]
    public async Task A_topic_that_is_missing_is_named_with_the_way_to_create_it(string kind)
    {
        var (address, present, absent) = (await kafka.AddressAsync(), $"present-{Guid.NewGuid():N}", $"absent-{Guid.NewGuid():N}");
        await RealKafka.CreateTopicsAsync(address, [], (present, 1));
        var settings = s_topics.ToDictionary(name => $"Vigil__Kafka__{name}Topic", name => name == kind ? absent : present);
        await using var process = VigilProcess.Start(
            settings, "serve", "--kafka", address, "--postgres", "Host=127.0.0.1;Port=1;Username=nobody;Database=none");

        Assert.Equal(2, await process.WaitAsync(Cancellation));
        Assert.Contains(absent, process.Errors);
        Assert.Contains("--create-topics", process.Errors);
    }

    [Fact]
    public async Task Every_verb_has_help()
    {
        foreach (string verb in new[] { "demo", "serve", "train", "backtest", "simulate", "migrate", "dead-letters", "scores", "broker" })
        {
            await using var process = VigilProcess.Start(verb, "--help");
            Assert.Equal(0, await process.WaitAsync(Cancellation));
            Assert.Contains($"vigil {verb}", process.Output);
        }
    }
}
