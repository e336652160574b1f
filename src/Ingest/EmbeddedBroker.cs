using System.Runtime.InteropServices;

namespace Vigil.Ingest;

/// <summary>
/// A broker in this process's memory that speaks Kafka's protocol on 127.0.0.1: the mock cluster of librdkafka (its src/rdkafka_mock.h). For demonstrations and
/// tests; <see cref="Limits"/> says what it is not.
/// </summary>
public sealed class EmbeddedBroker : IDisposable
{
    /// <summary>What a user must know before relying on it.</summary>
    public const string Limits = """
        The embedded broker is for demonstrations and tests, never for production. It keeps everything in memory and forgets it when it ends: offsets start
        at 0 again. It has one node, listens on 127.0.0.1 only, without TLS or passwords. A partition keeps at most 5 MiB or 100,000 batches; older records
        vanish without a word. What vigil has stored is deleted, so that reading stays fast. Transactions, look-up of offsets by time, topic
        administration and group listing do not work.
        """;

    readonly nint _client;
    readonly nint _cluster;
    readonly List<EmbeddedTrimmer> _trimmers = [];
    bool _disposed;

    EmbeddedBroker(nint client, nint cluster)
    {
        (_client, _cluster) = (client, cluster);
        BootstrapServers = Marshal.PtrToStringUTF8(MockCluster.Bootstraps(cluster))!;
    }

    /// <summary>
    /// Its address, 127.0.0.1 and a free port: the value for <see cref="IngestOptions.BootstrapServers"/>, with <see cref="IngestOptions.Embedded"/>.
    /// </summary>
    public string BootstrapServers { get; }

    /// <summary>Starts a broker with its topics.</summary>
    /// <param name="topics">Each topic's number of partitions, at least 1.</param>
    /// <exception cref="InvalidOperationException">librdkafka refuses; the message says why.</exception>
    /// <exception cref="DllNotFoundException">None of librdkafka's builds loads on this system.</exception>
    public static EmbeddedBroker Start(IReadOnlyDictionary<string, int> topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        MockCluster.EnsureResolver();
        byte[] problem = new byte[512];
        nint configuration = MockCluster.NewConfiguration();
        _ = MockCluster.Set(configuration, "log_level", "3", problem, (nuint)problem.Length); // its client has no brokers to reach, and says so on stderr
        nint client = MockCluster.NewClient(MockCluster.Producer, configuration, problem, (nuint)problem.Length);
        if (client == 0)
            throw new InvalidOperationException($"The embedded broker does not start: {System.Text.Encoding.UTF8.GetString(problem).TrimEnd('\0')}");
        nint cluster = MockCluster.New(client, brokers: 1);
        if (cluster == 0)
        {
            MockCluster.DestroyClient(client);
            throw new InvalidOperationException("The embedded broker does not start: no port of 127.0.0.1 can be opened.");
        }
        var broker = new EmbeddedBroker(client, cluster);
        broker.Create(topics);
        return broker;
    }

    /// <summary>Ends it; its records are gone.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (var trimmer in _trimmers) trimmer.Dispose();
        MockCluster.Destroy(_cluster);
        MockCluster.DestroyClient(_client);
    }

    /// <summary>
    /// Deletes, twice a second until the broker ends, the records of a topic that a group has committed. Without it reading slows down minute by minute,
    /// because every fetch walks a partition from its head.
    /// </summary>
    public void KeepTrimmed(string topic, string group)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _trimmers.Add(new EmbeddedTrimmer(BootstrapServers, (topic, group), Trim));
    }

    /// <summary>Deletes a partition's records before an offset.</summary>
    internal void Trim(string topic, int partition, long before)
    {
        int error = MockCluster.DeleteRecords(_cluster, topic, partition, before);
        if (error != 0)
            throw new InvalidOperationException(
                $"The embedded broker cannot delete the records of {topic}, partition {partition}, before {before} (librdkafka's error {error}).");
    }

    /// <summary>Answers the next requests of one kind with errors (Kafka's API keys and error codes): for tests of what only a fault shows.</summary>
    internal void FailNext(short apiKey, params int[] errors) => MockCluster.PushRequestErrors(_cluster, apiKey, (nuint)errors.Length, errors);

    void Create(IReadOnlyDictionary<string, int> topics)
    {
        MockCluster.SetInitialRebalanceDelay(_cluster, 0);
        foreach (var (topic, partitions) in topics)
        {
            int error = MockCluster.CreateTopic(_cluster, topic, partitions, replicationFactor: 1);
            if (error == 0) continue;
            Dispose();
            throw new InvalidOperationException(
                $"The embedded broker cannot create the topic {topic} with {partitions} partitions (librdkafka's error {error}).");
        }
    }
}
