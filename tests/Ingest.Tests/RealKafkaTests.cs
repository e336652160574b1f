using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(RealKafka))]

namespace Vigil.Ingest.Tests;

/// <summary>What only a real broker shows: its own group protocol, and transactions.</summary>
public sealed class RealKafkaTests(RealKafka kafka)
{
    const int Partitions = 4;

    [Fact]
    public async Task Members_come_and_go_under_load_and_every_record_is_stored_once()
    {
        var options = await TopicsAsync();
        options.Client["heartbeat.interval.ms"] = "300"; // how soon a member hears of a rebalance
        var cursors = new ConcurrentDictionary<int, long>(); // as Postgres keeps them
        var happened = new ConcurrentQueue<string>();
        TestPipeline Member() => new(options)
        {
            Claim = assigned =>
            {
                happened.Enqueue($"claims {assigned.Partition}");
                return cursors.GetValueOrDefault(assigned.Partition);
            },
            Store = (partition, next) => cursors[partition] = next,
            Drain = async revoked =>
            {
                await Task.Delay(600);
                happened.Enqueue($"gives {revoked.Partition}");
                revoked.Drained.SetResult();
            },
        };
        TestBroker.Produce(options, 400);

        await using var first = Member();
        await TestPipeline.Until(() => first.RecordCount == 400);
        var second = Member();
        for (int round = 1; second.Owned().Count < 2 || second.RecordCount == 0; round++) TestBroker.Produce(options, 20, first: 400 * round);
        Assert.Equal(2, first.Owned().Count);
        var kept = first.Copy().OfType<PartitionAssigned>().Select(assigned => assigned.Partition).ToArray();
        Assert.Equal(Partitions, kept.Length); // cooperative: what stayed was never taken away and given again
        int[] given = [.. first.Copy().OfType<PartitionRevoked>().Select(revoked => revoked.Partition)];
        Assert.Equal(2, given.Length);
        Assert.All(given, partition => Assert.Equal(
            ["claims", "gives", "claims"],
            happened.Where(what => what.EndsWith($" {partition}", StringComparison.Ordinal)).Select(what => what.Split(' ')[0])));
        await second.DisposeAsync();
        await TestPipeline.Until(() => first.Owned().Count == Partitions);
        TestBroker.Produce(options, 100, first: 1_000_000);

        using var topics = new Topics(options);
        var ends = topics.Watermarks(options.TransactionsTopic);
        await TestPipeline.Until(() => ends.Select((marks, partition) => marks.High == cursors.GetValueOrDefault(partition)).All(there => there));
        for (int partition = 0; partition < Partitions; partition++)
        {
            var offsets = first.Records(partition).Concat(second.Records(partition)).Select(record => record.Offset).Order();
            Assert.Equal(Enumerable.Range(0, (int)ends[partition].High).Select(offset => (long)offset), offsets);
        }
    }

    [Fact]
    public async Task The_barrier_ends_before_what_no_transaction_has_committed_and_passes_over_what_one_has_aborted()
    {
        var options = await TopicsAsync();
        using var reader = new FactReader(options, NullLogger<FactReader>.Instance);
        var config = new ProducerConfig { BootstrapServers = options.BootstrapServers, TransactionalId = options.Group };
        using var producer = new ProducerBuilder<byte[], byte[]>(config).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        var read = new List<string>();
        int Barrier() => reader.ReadToEnd((_, record) => read.Add(Encoding.UTF8.GetString(record.Value!)));
        // The broker writes a transaction's end a moment after it says so.
        Task Reads(int count) => TestPipeline.Until(() => Barrier() >= 0 && read.Count == count);
        void Write(string id) => producer.Produce(options.LabelsTopic, new()
        {
            Value = Encoding.UTF8.GetBytes(id),
            Timestamp = new(TestRecords.Stamp.ToDateTimeOffset()),
        });

        producer.BeginTransaction();
        Write("committed");
        producer.CommitTransaction();
        await Reads(1);
        producer.BeginTransaction();
        Write("aborted");
        producer.Flush(TestContext.Current.CancellationToken);
        producer.AbortTransaction();
        producer.BeginTransaction();
        Write("late");
        producer.Flush(TestContext.Current.CancellationToken);
        Assert.Equal(0, Barrier());
        producer.CommitTransaction();

        await Reads(2);
        Assert.Equal(["committed", "late"], read);
    }

    async Task<IngestOptions> TopicsAsync()
    {
        string name = Guid.NewGuid().ToString("N")[..8];
        var options = new IngestOptions
        {
            BootstrapServers = await kafka.AddressAsync(),
            TransactionsTopic = $"transactions-{name}",
            LabelsTopic = $"labels-{name}",
            ActivityTopic = $"activity-{name}",
            Group = $"group-{name}",
        };
        await RealKafka.CreateTopicsAsync(
            options.BootstrapServers, [], (options.TransactionsTopic, Partitions), (options.LabelsTopic, 1), (options.ActivityTopic, 1));
        return options;
    }
}
