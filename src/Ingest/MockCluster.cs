using System.Runtime.InteropServices;

namespace Vigil.Ingest;

/// <summary>librdkafka's mock cluster as its C header declares it.</summary>
static partial class MockCluster
{
    const string Library = "librdkafka";
    internal const int Producer = 0;
    static readonly Lazy<bool> Resolver = new(Register);

    /// <summary>
    /// The NuGet package carries several builds of librdkafka for Linux, and the plain one needs a libsasl2 that not every distribution has;
    /// Confluent.Kafka falls back quietly, so this takes the same builds in the same order.
    /// </summary>
    internal static void EnsureResolver() => _ = Resolver.Value;

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    internal static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Set(nint configuration, string name, string value, [Out] byte[] problem, nuint problemSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    internal static partial nint NewClient(int type, nint configuration, [Out] byte[] problem, nuint problemSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    internal static partial void DestroyClient(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    internal static partial nint New(nint client, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    internal static partial void Destroy(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    internal static partial nint Bootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int CreateTopic(nint cluster, string topic, int partitions, int replicationFactor);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_partition_delete_records", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int DeleteRecords(nint cluster, string topic, int partition, long before);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    internal static partial void SetInitialRebalanceDelay(nint cluster, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    internal static partial void PushRequestErrors(nint cluster, short apiKey, nuint count, int[] errors);

    static bool Register()
    {
        NativeLibrary.SetDllImportResolver(typeof(MockCluster).Assembly, (name, assembly, path) =>
        {
            if (name != Library) return 0;
            foreach (string build in new[] { Library, "centos8-librdkafka", "alpine-librdkafka" })
                if (NativeLibrary.TryLoad(build, assembly, path, out nint handle)) return handle;
            return 0;
        });
        return true;
    }
}
