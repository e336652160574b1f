using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Vigil.Ingest.Tests;

/// <summary>Against the embedded broker.</summary>
public sealed class TransactionConsumerTests
{
    const short Heartbeat = 12;
    const int UnknownMember = 25;

    static void AssertEveryOffsetOnce(TestPipeline pipeline, int partitions, int count)
    {
        var offsets = Enumerable.Range(0, partitions).Select(partition => pipeline.Records(partition).Select(record => record.Offset).ToArray()).ToArray();
        Assert.All(offsets, own => Assert.Equal(Enumerable.Range(0, own.Length).Select(offset => (long)offset), own));
        Assert.Equal(count, offsets.Sum(own => own.Length));
    }

    [Fact]
    public async Task Every_record_of_every_partition_comes_once_in_order_after_its_assignment()
    {
        using var broker = TestBroker.Start(3);
        broker.Produce(1000);
        await using var pipeline = new TestPipeline(broker.Options);
        await TestPipeline.Until(() => pipeline.RecordCount >= 1000);
        AssertEveryOffsetOnce(pipeline, 3, 1000);
        var events = pipeline.Copy();
        Assert.Equal(3, events.OfType<PartitionAssigned>().Count());
        Assert.All(events.OfType<PartitionAssigned>(), assigned => Assert.True(assigned is { Low: 0, High: > 0 }));
        Assert.All(events.OfType<PartitionRecords>(), batch => Assert.InRange(batch.Records.Count, 1, broker.Options.BatchSize));

        var record = pipeline.Records(0).First();
        Assert.True(new RecordDecoder(broker.Options).TryDecode(record, out Transaction transaction, out _));
        Assert.Equal(transaction.CardToken.Span.ToArray(), record.Key);
        Assert.True(record.AppendedAt > record.Stamp, "the simulated stamp lies in the past, the append does not");
    }

    [Fact]
    public async Task Reading_starts_at_the_offset_that_the_pipeline_claims()
    {
        using var broker = TestBroker.Start(1);
        broker.Produce(300);
        await using var pipeline = new TestPipeline(broker.Options) { Claim = _ => 250 };
        await TestPipeline.Until(() => pipeline.RecordCount >= 50);
        Assert.Equal(Enumerable.Range(250, 50).Select(offset => (long)offset), pipeline.Records(0).Select(record => record.Offset));
    }

    [Fact]
    public async Task A_partition_rests_until_it_is_claimed_while_the_others_flow()
    {
        using var broker = TestBroker.Start(2);
        broker.Produce(200);
        var claims = new List<PartitionAssigned>();
        var options = broker.Options;
        options.DrainTimeout = TimeSpan.Zero; // nobody reads on at the end
        var consumer = new TransactionConsumer(options, Microsoft.Extensions.Logging.Abstractions.NullLogger<TransactionConsumer>.Instance);
        consumer.Start();
        int others = 0, resting = 0;
        await foreach (var entry in consumer.Events.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (entry is PartitionAssigned { Partition: 0 } first) claims.Add(first);
            if (entry is PartitionAssigned { Partition: 1 } second) second.Start.TrySetResult(0);
            if (entry is PartitionRecords { Partition: 1 } batch) others += batch.Records.Count;
            if (entry is PartitionRecords { Partition: 0 } late) resting += late.Records.Count;
            if (claims.Count == 1 && others > 0 && claims[0].Start.Task.IsCompleted is false && resting == 0) claims[0].Start.TrySetResult(0);
            if (others + resting == 200) break;
        }
        Assert.True(others > 0 && resting > 0);
        await consumer.DisposeAsync();
    }

    [Fact]
    public async Task A_full_channel_pauses_partitions_without_leaving_the_group_and_loses_nothing()
    {
        using var broker = TestBroker.Start(2);
        broker.Produce(3000);
        var options = broker.Options;
        options.ChannelCapacity = 2;
        options.BatchSize = 20;
        options.Client["session.timeout.ms"] = "2000";
        options.Client["max.poll.interval.ms"] = "2000";
        await using var pipeline = new TestPipeline(options, reads: false);
        await Task.Delay(3500, TestContext.Current.CancellationToken); // longer than the group waits for a member that does not poll
        Assert.InRange(pipeline.Consumer.Events.Count, 1, 2);
        pipeline.Open();
        await TestPipeline.Until(() => pipeline.RecordCount >= 3000);
        AssertEveryOffsetOnce(pipeline, 2, 3000);
        Assert.DoesNotContain(pipeline.Copy(), entry => entry is PartitionRevoked or PartitionLost);
    }

    [Fact]
    public async Task Leaving_revokes_every_partition_after_its_last_record_and_completes_the_events()
    {
        using var broker = TestBroker.Start(2);
        broker.Produce(100);
        var pipeline = new TestPipeline(broker.Options);
        await TestPipeline.Until(() => pipeline.RecordCount >= 100);
        await pipeline.DisposeAsync();
        Assert.True(pipeline.Ended.IsCompletedSuccessfully);
        Assert.Equal([0, 1], pipeline.Copy().TakeLast(2).OfType<PartitionRevoked>().Select(revoked => revoked.Partition).Order());
    }

    [Fact]
    public async Task A_partition_that_is_renewed_is_assigned_once_more_and_read_from_where_the_pipeline_says()
    {
        using var broker = TestBroker.Start(1);
        broker.Produce(100);
        int claims = 0;
        await using var pipeline = new TestPipeline(broker.Options) { Claim = _ => claims++ == 0 ? 0 : 40 };
        await TestPipeline.Until(() => pipeline.RecordCount >= 100);
        var first = pipeline.Copy().OfType<PartitionAssigned>().Single();

        pipeline.Consumer.Renew(first);
        await TestPipeline.Until(() => pipeline.RecordCount >= 160);
        pipeline.Consumer.Renew(first); // it has been renewed since
        TestBroker.Produce(broker.Options, 1, first: 100); // which is read after that
        await TestPipeline.Until(() => pipeline.RecordCount >= 161);

        Assert.Equal(2, pipeline.Copy().OfType<PartitionAssigned>().Count());
        Assert.Equal(Enumerable.Range(0, 100).Concat(Enumerable.Range(40, 61)), pipeline.Records(0).Select(record => (int)record.Offset));
    }

    [Fact]
    public async Task A_partition_that_goes_before_the_pipeline_has_claimed_it_is_not_to_be_claimed()
    {
        using var broker = TestBroker.Start(1);
        var options = broker.Options;
        options.DrainTimeout = TimeSpan.FromMilliseconds(300);
        var consumer = new TransactionConsumer(options, NullLogger<TransactionConsumer>.Instance);
        consumer.Start();
        Assert.True(await consumer.Events.WaitToReadAsync(TestContext.Current.CancellationToken)); // the pipeline is busy
        await consumer.DisposeAsync();

        Assert.True(consumer.Events.TryRead(out var happened));
        Assert.True(Assert.IsType<PartitionAssigned>(happened).Start.Task.IsCanceled);
    }

    [Fact]
    public async Task A_pipeline_that_never_drains_holds_a_revoked_partition_only_for_the_drain_timeout()
    {
        using var broker = TestBroker.Start(1);
        var options = broker.Options;
        options.DrainTimeout = TimeSpan.FromMilliseconds(300);
        var pipeline = new TestPipeline(options) { Drain = _ => Task.CompletedTask };
        await TestPipeline.Until(() => pipeline.Owned().Count == 1);
        await pipeline.DisposeAsync();
        Assert.Contains(pipeline.Copy(), entry => entry is PartitionRevoked { Drained.Task.IsCompleted: false });
    }

    [Fact]
    public async Task A_second_member_takes_its_share_and_no_record_is_read_by_both()
    {
        using var broker = TestBroker.Start(4);
        broker.Produce(400);
        await using var first = new TestPipeline(broker.Options);
        await TestPipeline.Until(() => first.RecordCount >= 400);
        // Both claim what the first has stored, as the cursor in Postgres would tell them.
        await using var second = new TestPipeline(broker.Options) { Claim = assigned => assigned.High };
        await TestPipeline.Until(() => first.Owned().Count == 2 && second.Owned().Count == 2);
        Assert.Empty(first.Owned().Intersect(second.Owned()));
        TestBroker.Produce(broker.Options, 200, first: 400);
        await TestPipeline.Until(() => first.RecordCount + second.RecordCount >= 600);
        Assert.Equal(600, first.RecordCount + second.RecordCount);
    }

    [Fact]
    public async Task A_member_that_the_group_gave_up_loses_its_partitions_and_comes_back()
    {
        using var broker = TestBroker.Start(1);
        broker.Produce(10);
        await using var pipeline = new TestPipeline(broker.Options);
        await TestPipeline.Until(() => pipeline.RecordCount >= 10);
        broker.Broker.FailNext(Heartbeat, UnknownMember, UnknownMember);
        await TestPipeline.Until(() => pipeline.Copy().OfType<PartitionLost>().Any());
        await TestPipeline.Until(() => pipeline.Copy().OfType<PartitionAssigned>().Count() == 2);
        Assert.DoesNotContain(pipeline.Copy(), entry => entry is PartitionRevoked);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    public async Task A_claim_outside_what_the_broker_has_ends_the_events_with_a_clear_error(long start)
    {
        using var broker = TestBroker.Start(1);
        broker.Produce(10);
        var pipeline = new TestPipeline(broker.Options) { Claim = _ => start };
        var error = await Assert.ThrowsAsync<OffsetGoneException>(() => pipeline.Ended);
        Assert.Contains($"is to go on at offset {start}, but the broker has 0 to 10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_claim_ends_the_events_with_its_exception()
    {
        using var broker = TestBroker.Start(1);
        var pipeline = new TestPipeline(broker.Options) { Claim = _ => throw new InvalidOperationException("no cursor") };
        Assert.Equal("no cursor", (await Assert.ThrowsAsync<InvalidOperationException>(() => pipeline.Ended)).Message);
    }

    [Fact]
    public async Task What_is_stored_counts_as_no_lag_and_is_trimmed_from_the_embedded_broker()
    {
        using var broker = TestBroker.Start(2);
        broker.Produce(500);
        broker.Broker.KeepTrimmed("card-transactions", "vigil");
        await using var pipeline = new TestPipeline(broker.Options);
        using var topics = new Topics(broker.Options);
        await TestPipeline.Until(() => topics.Watermarks("card-transactions").All(marks => marks.Low == marks.High));
        await TestPipeline.Until(() => pipeline.Consumer.Lag.Count == 2 && pipeline.Consumer.Lag.Values.All(lag => lag == 0));
        TestBroker.Produce(broker.Options, 100, first: 500);
        await TestPipeline.Until(() => pipeline.RecordCount >= 600);
        AssertEveryOffsetOnce(pipeline, 2, 600);
    }

    [Fact]
    public async Task Tombstones_and_oversized_records_come_through_for_the_dead_letters()
    {
        using var broker = TestBroker.Start(1);
        var options = broker.Options;
        options.Client["message.max.bytes"] = "12000000";
        using (var producer = new TransactionProducer(options, TimeProvider.System))
        {
            producer.ProduceRaw("card-transactions", null, null, TestRecords.Stamp);
            producer.ProduceRaw("card-transactions", null, [], TestRecords.Stamp);
            producer.ProduceRaw("card-transactions", null, new byte[2 << 20], TestRecords.Stamp);
            producer.Flush(TimeSpan.FromSeconds(20));
        }
        await using var pipeline = new TestPipeline(options);
        await TestPipeline.Until(() => pipeline.RecordCount >= 3);
        var decoder = new RecordDecoder(options);
        var reasons = pipeline.Records(0).Select(record => decoder.TryDecode(record, out Transaction _, out var rejection) ? "" : rejection.Reason);
        Assert.Equal(["tombstone", "empty_value", "too_large"], reasons);
    }
}
