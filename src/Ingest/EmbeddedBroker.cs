using System.Runtime.InteropServices;

namespace Vigil.Ingest;

/// <summary>
/// A small Kafka in this process's memory, for demos and tests: librdkafka's mock cluster, which speaks the real protocol on 127.0.0.1.
/// Clients need <see cref="IngestOptions.Embedded"/>.
/// </summary>
public sealed class EmbeddedBroker : IDisposable
{
    /// <summary>What it is not, for whoever starts it.</summary>
    public const string Limits = """
        A demo's broker, not one for production: everything is in memory and gone at the end; a partition keeps its newest 5 MiB
        or 100,000 batches and drops older records silently; transactions and look-ups by time do nothing; only this machine can connect.
        """;

    readonly Lock _lock = new();
    readonly nint _handle;
    readonly nint _cluster;
    bool _disposed;

    EmbeddedBroker(nint handle, nint cluster)
    {
        _handle = handle;
        _cluster = cluster;
    }

    /// <summary>Where clients connect to: 127.0.0.1 and a free port.</summary>
    public string BootstrapServers => Marshal.PtrToStringUTF8(EmbeddedBrokerLibrary.Bootstraps(_cluster))!;

    /// <summary>Starts a broker with the given topics, each with so many partitions.</summary>
    /// <exception cref="KafkaUnavailableException">It did not start, or a topic's name or number of partitions is not allowed.</exception>
    public static EmbeddedBroker Start(IReadOnlyDictionary<string, int> topics)
    {
        nint handle = EmbeddedBrokerLibrary.NewHandle();
        nint cluster = EmbeddedBrokerLibrary.NewCluster(handle, 1);
        if (cluster == 0)
        {
            EmbeddedBrokerLibrary.Destroy(handle);
            throw new KafkaUnavailableException("The embedded broker did not start: it found no port to listen on.");
        }
        var broker = new EmbeddedBroker(handle, cluster);
        EmbeddedBrokerLibrary.SetRebalanceDelay(cluster, 0);
        foreach (var (topic, partitions) in topics) broker.Create(topic, partitions);
        return broker;
    }

    /// <summary>Forgets a partition's records below an offset. Every fetch walks a partition from its first record, so whoever streams for long trims what was read.</summary>
    /// <exception cref="KafkaUnavailableException">There is no such partition.</exception>
    public void DeleteRecords(string topic, int partition, long before)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            int error = EmbeddedBrokerLibrary.DeleteRecords(_cluster, topic, partition, before);
            if (error != 0) throw new KafkaUnavailableException($"The embedded broker cannot delete records of {topic}[{partition}] below {before} (error {error}).");
        }
    }

    /// <summary>Stops it; its records are gone.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            EmbeddedBrokerLibrary.DestroyCluster(_cluster);
            EmbeddedBrokerLibrary.Destroy(_handle);
        }
    }

    void Create(string topic, int partitions)
    {
        int error = EmbeddedBrokerLibrary.CreateTopic(_cluster, topic, partitions, 1);
        if (error == 0) return;
        Dispose();
        throw new KafkaUnavailableException($"The embedded broker cannot make topic '{topic}' with {partitions} partitions (error {error}).");
    }
}
