using Confluent.Kafka;

namespace Vigil.Ingest;

/// <summary>What every Kafka client of this project is told.</summary>
static class KafkaSettings
{
    /// <summary>Adds the addresses, what the embedded broker needs, and last the operator's own settings, which win.</summary>
    internal static T Apply<T>(IngestOptions options, T config) where T : ClientConfig
    {
        config.BootstrapServers = options.BootstrapServers;
        config.ClientId ??= "vigil";
        if (options.Embedded) ApplyEmbedded(config);
        foreach (var (name, value) in options.Client) config.Set(name, value);
        return config;
    }

    /// <remarks>The embedded broker answers an empty fetch only after its whole wait, and rebalances only when a session ends.</remarks>
    static void ApplyEmbedded(ClientConfig config)
    {
        if (config is ConsumerConfig consumer)
        {
            consumer.FetchWaitMaxMs = 5;
            consumer.SessionTimeoutMs = 3000;
            consumer.HeartbeatIntervalMs = 500;
        }
        if (config is ProducerConfig producer) producer.LingerMs = 5;
    }
}
