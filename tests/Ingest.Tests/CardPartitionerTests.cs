using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class CardPartitionerTests
{
    [Fact]
    public async Task A_card_lies_in_the_partition_that_the_producer_chose_for_it()
    {
        const int Partitions = 7;
        const int Count = 300;
        using var broker = TestBroker.Start(Partitions);
        broker.Produce(Count);
        await using var pipeline = new TestPipeline(broker.Options);
        await TestPipeline.Until(() => pipeline.RecordCount == Count);

        for (int partition = 0; partition < Partitions; partition++)
        {
            foreach (var record in pipeline.Records(partition)) Assert.Equal(partition, CardPartitioner.PartitionOf(new(record.Key), Partitions));
        }
    }

    [Fact]
    public void One_partition_holds_every_card_and_none_holds_no_card()
    {
        Assert.Equal(0, CardPartitioner.PartitionOf(Utf8Text.From("card"), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CardPartitioner.PartitionOf(Utf8Text.From("card"), 0));
    }
}
