using System.Text;
using Vigil.Alerts;
using Vigil.Ingest;
using Xunit;

namespace Vigil.Tests;

public sealed class DeadLetterReplayRunTests(TestPostgres postgres)
{
    static readonly Instant s_stamp = Instant.From(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));

    static readonly DeadLetterReplayRequest s_request = new("ana", Corrected: false, Again: false);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Ten minutes later than its stamp: too late by the default rules, well for a clock skew of an hour.</summary>
    static byte[] Early => Encoding.UTF8.GetBytes(
        $$"""{"transaction_id":"t1","card_token":"c1","event_time":{{s_stamp.Microseconds + 600_000_000}},"amount":1250"""
        + ""","currency":"EUR","merchant_id":"m1","mcc":5999,"merchant_country":"BE","entry_mode":"chip"}""");

    [Fact]
    public async Task The_original_goes_back_byte_for_byte_with_its_key_and_stamp_once_the_rules_admit_it()
    {
        await using var stream = await BuriedAsync();
        using var refused = Run(stream, TimeSpan.FromMinutes(5));
        var thrown = await Assert.ThrowsAsync<UserError>(() => refused.RunAsync(new(0, 0), s_request, null, Cancellation));
        Assert.Contains("time_in_future", thrown.Message);

        using var run = Run(stream, TimeSpan.FromHours(1));
        var created = await run.RunAsync(new(0, 0), s_request, null, Cancellation);

        using var records = new RecordReplay(stream.Kafka, TimeProvider.System);
        var original = records.Find(stream.Kafka.TransactionsTopic, 0, 0)!.Record;
        var copy = records.Find(stream.Kafka.TransactionsTopic, created.Partition, created.Offset)!.Record;
        Assert.Equal(original.Value, copy.Value);
        Assert.Equal(original.Key, copy.Key);
        Assert.Equal(original.Stamp, copy.Stamp);
        var at = copy.AppendedAt.ToDateTimeOffset();
        Assert.Equal(new DeadLetterReplay(1, "ana", at, false, 0, created.Offset), await ReplayAsync(stream) with { At = at });
    }

    [Fact]
    public async Task A_second_replay_is_refused_unless_it_is_asked_for_again()
    {
        await using var stream = await BuriedAsync();
        using var run = Run(stream, TimeSpan.FromHours(1));
        await run.RunAsync(new(0, 0), s_request, null, Cancellation);

        Assert.Contains("--again", (await Assert.ThrowsAsync<UserError>(() => run.RunAsync(new(0, 0), s_request, null, Cancellation))).Message);
        await run.RunAsync(new(0, 0), s_request with { Again = true }, null, Cancellation);
        Assert.Equal(2, (await ReplayAsync(stream)).Attempt);
    }

    [Fact]
    public async Task Of_replays_that_run_at_once_one_sends_a_record()
    {
        await using var stream = await BuriedAsync();
        var replays = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            using var run = Run(stream, TimeSpan.FromHours(1));
            await run.RunAsync(new(0, 0), s_request, null, Cancellation);
        })).ToArray();
        await Task.WhenAny(Task.WhenAll(replays));

        Assert.Equal(1, replays.Count(replay => replay.IsCompletedSuccessfully));
        Assert.All(
            replays.Select(replay => replay.Exception?.InnerException).OfType<Exception>(), error => Assert.IsType<UserError>(error));
        using var topics = new Topics(stream.Kafka);
        Assert.Equal(2, topics.Watermarks(stream.Kafka.TransactionsTopic)[0].High);
    }

    [Fact]
    public async Task A_label_that_cannot_be_read_is_one_dead_letter_whoever_reads_it_and_goes_back_into_its_own_topic()
    {
        await using var stream = await BuriedAsync();
        string topic = stream.Kafka.LabelsTopic;
        byte[] label = Encoding.UTF8.GetBytes(
            $$"""{"transaction_id":"t1","card_token":"c1","label":"fraud","label_time":{{s_stamp.Microseconds + 600_000_000}}"""
            + $$""","source":"issuer","event_time":{{s_stamp.Microseconds}},"merchant_id":"m1","amount":1250}""");
        stream.ProduceRaw(topic, label, s_stamp);
        stream.Flush();
        for (int start = 0; start < 2; start++) // each reads the labels from their beginning
        {
            await using var app = await stream.StartAsync();
            await Polling.UntilAsync(async () => (await LettersAsync(stream, topic)).Count > 0, () => "no dead letter", Cancellation);
            await app.StopAsync(Cancellation);
        }
        var letter = Assert.Single(await LettersAsync(stream, topic)).Letter;
        Assert.Equal("time_in_future", letter.ReasonCode);
        Assert.Equal(label, letter.Raw.ToArray());
        Assert.Equal((1L, 0L), ((await stream.CountAsync()).DeadLetters, (await stream.CountAsync()).Miscounted)); // a cursor counts its own topic's

        using var run = Run(stream, TimeSpan.FromHours(1));
        Assert.Contains("--topic", (await Assert.ThrowsAsync<UserError>(() => run.RunAsync(new(0, 0), s_request, null, Cancellation))).Message);
        Assert.Equal((0, 1L), await run.RunAsync(new(0, 0, topic), s_request, null, Cancellation));
        using var records = new RecordReplay(stream.Kafka, TimeProvider.System);
        Assert.Equal(label, records.Find(topic, 0, 1)!.Record.Value);
        Assert.True((await LettersAsync(stream, topic))[0].Replay is { NewOffset: 1 });
    }

    [Fact]
    public async Task A_place_without_a_dead_letter_is_refused()
    {
        await using var stream = await BuriedAsync();
        using var run = Run(stream, TimeSpan.FromHours(1));
        Assert.Contains("no dead letter", (await Assert.ThrowsAsync<UserError>(() => run.RunAsync(new(0, 1), s_request, null, Cancellation))).Message);
    }

    /// <summary>A stream whose only record is a dead letter.</summary>
    async Task<TestStream> BuriedAsync()
    {
        var stream = new TestStream(postgres, partitions: 1);
        stream.ProduceRaw(Early, s_stamp);
        stream.Flush();
        await using var app = await stream.StartAsync();
        await TestStream.UntilAsync(app, 1, Cancellation);
        await app.StopAsync(Cancellation);
        return stream;
    }

    DeadLetterReplayRun Run(TestStream stream, TimeSpan clockSkew)
    {
        var kafka = new IngestOptions { BootstrapServers = stream.Kafka.BootstrapServers, Embedded = true, ClockSkew = clockSkew };
        var options = new ServiceOptions { Kafka = kafka, Alerts = new AlertsOptions { ConnectionString = postgres.ConnectionString } };
        return new(options, stream.StreamId, TimeProvider.System);
    }

    async Task<IReadOnlyList<StoredDeadLetter>> LettersAsync(TestStream stream, string topic)
    {
        await using var store = new DeadLetterStore(new AlertsOptions { ConnectionString = postgres.ConnectionString });
        return await store.LatestAsync(new() { StreamId = stream.StreamId, Topic = topic }, 10, Cancellation);
    }

    async Task<DeadLetterReplay> ReplayAsync(TestStream stream)
    {
        await using var store = new DeadLetterStore(new AlertsOptions { ConnectionString = postgres.ConnectionString });
        return (await store.LatestAsync(new() { StreamId = stream.StreamId }, 1, Cancellation))[0].Replay!;
    }
}
