using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class RecordReplayTests
{
    [Fact]
    public void A_record_is_found_by_its_place_and_not_where_it_is_gone_or_never_was()
    {
        using var broker = TestBroker.Start(2);
        using (var producer = new TransactionProducer(broker.Options, TimeProvider.System))
        {
            for (byte i = 0; i < 50; i++) producer.ProduceRaw(broker.Options.TransactionsTopic, "card"u8.ToArray(), [i], TestRecords.Stamp);
            producer.Flush(TimeSpan.FromSeconds(20));
        }
        using var topics = new Topics(broker.Options);
        int partition = topics.Watermarks(broker.Options.TransactionsTopic)[0].High > 0 ? 0 : 1;
        using var records = new RecordReplay(broker.Options, TimeProvider.System);

        foreach (byte offset in new byte[] { 49, 0, 17, 17 })
        {
            var found = records.Find(broker.Options.TransactionsTopic, partition, offset);
            Assert.Equal([offset], found!.Record.Value!);
            Assert.Equal(offset, found.Record.Offset);
            Assert.Equal(TestRecords.Stamp.Microseconds / 1000, found.Record.Stamp.Microseconds / 1000);
            Assert.False(found.IsBrokerStamped);
        }
        Assert.Null(records.Find(broker.Options.TransactionsTopic, partition, 50));
        Assert.Null(records.Find(broker.Options.TransactionsTopic, 1 - partition, 0));
        broker.Broker.Trim(broker.Options.TransactionsTopic, partition, before: 20);
        Assert.Null(records.Find(broker.Options.TransactionsTopic, partition, 19));
        Assert.NotNull(records.Find(broker.Options.TransactionsTopic, partition, 20));
    }
}
