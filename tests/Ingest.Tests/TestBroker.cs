namespace Vigil.Ingest.Tests;

/// <summary>An embedded broker with both topics, and the options to reach it.</summary>
sealed class TestBroker : IDisposable
{
    TestBroker(EmbeddedBroker broker) => Broker = broker;

    internal EmbeddedBroker Broker { get; }

    /// <summary>New options each time, since tests change them. A rebalance of the mock cluster takes a session less a second.</summary>
    internal IngestOptions Options
    {
        get
        {
            var options = new IngestOptions
            {
                BootstrapServers = Broker.BootstrapServers,
                Embedded = true,
                BatchSize = 50,
                CommitInterval = TimeSpan.FromMilliseconds(200),
            };
            options.Client["session.timeout.ms"] = "2000";
            return options;
        }
    }

    internal static TestBroker Start(int partitions) =>
        new(EmbeddedBroker.Start(new Dictionary<string, int>
        {
            ["card-transactions"] = partitions,
            ["fraud-labels"] = 2,
            ["merchant-activity"] = 1,
            ["card-scores"] = partitions,
        }));

    internal void Produce(int count) => Produce(Options, count);

    internal static void Produce(IngestOptions options, int count, int first = 0)
    {
        using var producer = new TransactionProducer(options, TimeProvider.System);
        for (int i = first; i < first + count; i++) producer.Produce(TransactionNumber(i), TestRecords.Stamp + TimeSpan.FromSeconds(i));
        producer.Flush(TimeSpan.FromSeconds(20));
    }

    internal static Transaction TransactionNumber(int i)
    {
        byte[] json = TestRecords.Transaction().With("transaction_id", $"t-{i}").With("card_token", $"card-{i % 37}").Bytes();
        return TransactionJson.TryDecode(json, TestRecords.Stamp, out var transaction, out var rejection)
            ? transaction : throw new InvalidOperationException(rejection.Message);
    }

    public void Dispose() => Broker.Dispose();
}
