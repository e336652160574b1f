using Confluent.Kafka;

namespace Vigil.Ingest;

/// <summary>The clients' settings: ours, then the embedded profile's, then the user's own, each over the one before.</summary>
static class KafkaSettings
{
    internal static ClientConfig Client(IngestOptions options) => With(new ClientConfig(), options);

    /// <summary>Offsets live in Postgres: nothing is stored or committed on its own, and a lost offset is an error, never a silent jump.</summary>
    internal static ConsumerConfig Consumer(IngestOptions options, string group)
    {
        var config = new ConsumerConfig
        {
            GroupId = group,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Error,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            AllowAutoCreateTopics = false,
        };
        if (options.Embedded)
        {
            config.FetchWaitMaxMs = 5; // an empty fetch of the mock cluster sleeps the whole wait
            config.SessionTimeoutMs = 3000; // and a rebalance of it takes a session
            config.HeartbeatIntervalMs = 500;
        }
        return With(config, options);
    }

    internal static ProducerConfig Producer(IngestOptions options)
    {
        var config = new ProducerConfig { EnableIdempotence = true, LingerMs = 5, CompressionType = CompressionType.Lz4 };
        if (options.Embedded) config.CompressionType = CompressionType.None;
        return With(config, options);
    }

    /// <summary>Of records that somebody waits for: each is sent at once, with those that came while the last ones were on their way.</summary>
    internal static ProducerConfig PromptProducer(IngestOptions options)
    {
        var config = Producer(options);
        if (!options.Embedded) config.LingerMs = 0; // the mock cluster keeps a limited number of batches
        return With(config, options);
    }

    /// <summary>
    /// Of records that are flushed together: they are sent when there is a full batch or a flush, and acknowledgements are taken in by the thread that flushes,
    /// so that a flush is over with the last one. Records wait for a broker that is away as long as whoever flushes does.
    /// </summary>
    internal static ProducerConfig FlushedProducer(IngestOptions options)
    {
        var config = Producer(options);
        (config.LingerMs, config.MessageTimeoutMs, config.EnableBackgroundPoll) = (1000, 0, false);
        return With(config, options);
    }

    /// <summary>No name of librdkafka has an underscore; a name from the environment has no dot, since shells drop variables whose names have one.</summary>
    static T With<T>(T config, IngestOptions options) where T : ClientConfig
    {
        config.BootstrapServers = options.BootstrapServers;
        config.ClientId = "vigil";
        KafkaSecurity.Apply(options.Security, config);
        foreach (var (name, value) in options.Client) config.Set(name.Replace('_', '.'), value);
        return config;
    }
}
