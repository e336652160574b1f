using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class LabelReaderTests
{
    [Fact]
    public void Each_barrier_hands_over_what_was_there_when_it_was_called_once()
    {
        using var broker = TestBroker.Start(1);
        var options = broker.Options;
        var rejected = new List<string>();
        using var decoder = new RecordDecoder(options);
        using var reader = new LabelReader(options, decoder, NullLogger<LabelReader>.Instance, (_, rejection) => rejected.Add(rejection.Reason));
        using var producer = new TransactionProducer(options, TimeProvider.System);
        var read = new List<string>();
        int Barrier() => reader.ReadToEnd((label, _) => read.Add(label.TransactionId.ToString()));

        Assert.Equal(0, Barrier());
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 40; i++) producer.Produce(Label($"{round}-{i}"), TestRecords.Stamp);
            producer.ProduceRaw(options.LabelsTopic, null, "{}"u8.ToArray(), TestRecords.Stamp);
            producer.Flush(TimeSpan.FromSeconds(20));

            Assert.Equal(40, Barrier());
            Assert.Equal(0, Barrier());
        }

        Assert.Equal(Enumerable.Range(0, 3).SelectMany(round => Enumerable.Range(0, 40).Select(i => $"{round}-{i}")).Order(), read.Order());
        Assert.Equal(Enumerable.Repeat(RejectionReason.MissingField, 3), rejected);
    }

    static Label Label(string transactionId)
    {
        byte[] json = TestRecords.Label().With("transaction_id", transactionId).With("card_token", $"card-{transactionId}").Bytes();
        return LabelJson.TryDecode(json, TestRecords.Stamp, out var label, out var rejection) ? label : throw new InvalidOperationException(rejection.Message);
    }
}
