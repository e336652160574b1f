using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class EmbeddedBrokerTests
{
    [Fact]
    public void Topics_have_their_partitions_and_their_records_can_be_trimmed()
    {
        using var broker = TestBroker.Start(3);
        using var topics = new Topics(broker.Options);
        Assert.Equal(3, topics.CountPartitions("card-transactions"));
        broker.Produce(100);
        var full = topics.Watermarks("card-transactions");
        Assert.Equal(100, full.Sum(marks => marks.High - marks.Low));

        for (int partition = 0; partition < 3; partition++) broker.Broker.Trim("card-transactions", partition, full[partition].High);
        Assert.All(topics.Watermarks("card-transactions").Zip(full), pair => Assert.Equal((pair.Second.High, pair.Second.High), pair.First));
    }

    [Fact]
    public void A_missing_topic_and_a_silent_address_are_told_apart()
    {
        using var broker = TestBroker.Start(1);
        using var topics = new Topics(broker.Options);
        var silent = new IngestOptions { BootstrapServers = "127.0.0.1:1", ConnectTimeout = TimeSpan.FromMilliseconds(500) };
        var consumer = new TransactionConsumer(silent, NullLogger<TransactionConsumer>.Instance);
        Assert.Contains("does not answer at 127.0.0.1:1", Assert.Throws<KafkaUnreachableException>(consumer.Start).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_brokers_run_side_by_side()
    {
        using var first = TestBroker.Start(1);
        using var second = TestBroker.Start(2);
        Assert.NotEqual(first.Options.BootstrapServers, second.Options.BootstrapServers);
        first.Produce(1);
        using var topics = new Topics(second.Options);
        Assert.All(topics.Watermarks("card-transactions"), marks => Assert.Equal(0, marks.High));
    }
}
