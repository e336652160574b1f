using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class FactReaderTests
{
    [Fact]
    public void Each_barrier_hands_over_what_was_there_when_it_was_called_once()
    {
        using var broker = TestBroker.Start(1);
        var options = broker.Options;
        using var reader = new FactReader(options, NullLogger<FactReader>.Instance);
        using var producer = new TransactionProducer(options, TimeProvider.System);
        var read = new List<string>();
        int Barrier() => reader.ReadToEnd((topic, record) => read.Add($"{topic} {Encoding.UTF8.GetString(record.Value!)}"));

        Assert.Equal(0, Barrier());
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 40; i++) producer.ProduceRaw(options.LabelsTopic, [(byte)i], Encoding.UTF8.GetBytes($"{round}-{i}"), TestRecords.Stamp);
            producer.ProduceRaw(options.ActivityTopic, null, Encoding.UTF8.GetBytes($"{round}"), TestRecords.Stamp);
            producer.Flush(TimeSpan.FromSeconds(20));

            Assert.Equal(41, Barrier());
            Assert.Equal(0, Barrier());
        }
        string[] expected =
        [
            .. Enumerable.Range(0, 120).Select(i => $"{options.LabelsTopic} {i / 40}-{i % 40}"),
            .. Enumerable.Range(0, 3).Select(round => $"{options.ActivityTopic} {round}"),
        ];
        Assert.Equal(expected.Order(), read.Order());
    }

    [Fact]
    public void Rewound_it_hands_over_everything_again()
    {
        using var broker = TestBroker.Start(1);
        using var reader = new FactReader(broker.Options, NullLogger<FactReader>.Instance);
        using var producer = new ActivityProducer(broker.Options, TimeProvider.System);
        for (int i = 1; i <= 20; i++) producer.Produce(Activity(i), TestRecords.Stamp);
        producer.Flush(TestContext.Current.CancellationToken);
        var read = new List<long>();
        int Barrier() => reader.ReadToEnd((_, record) => read.Add(
            MerchantActivityJson.TryDecode(record.Value, record.Stamp, out var activity, out Rejection _) ? activity.Count : -1));

        Assert.Equal(20, Barrier());
        reader.Rewind();
        Assert.Equal(20, Barrier());
        Assert.Equal(0, Barrier());

        long[] counts = [.. Enumerable.Range(1, 20).Select(i => (long)i)];
        Assert.Equal([.. counts, .. counts], read);
    }

    static MerchantActivity Activity(long count) => new()
    {
        Partition = 3,
        StepStart = TestRecords.Stamp,
        MerchantId = Utf8Text.From("m"),
        Count = count,
        AmountSum = 0,
    };
}
