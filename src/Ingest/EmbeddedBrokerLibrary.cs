using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Vigil.Ingest;

/// <summary>The part of librdkafka's C interface that runs its mock cluster (rdkafka_mock.h); Confluent.Kafka brings the library but wraps none of it.</summary>
static partial class EmbeddedBrokerLibrary
{
    const string Library = "librdkafka";
    const int Producer = 0;

    // Debian has libsasl2.so.2, the first build asks for .so.3: Confluent.Kafka then falls back as we do here.
    static readonly string[] s_builds = [Library, "centos8-librdkafka", "alpine-librdkafka"];

    static EmbeddedBrokerLibrary() => NativeLibrary.SetDllImportResolver(typeof(EmbeddedBrokerLibrary).Assembly, Resolve);

    internal static nint NewHandle()
    {
        Span<byte> error = stackalloc byte[512];
        nint handle = New(Producer, NewConfiguration(), error, (nuint)error.Length);
        return handle != 0 ? handle : throw new KafkaUnavailableException($"The embedded broker did not start: {Encoding.UTF8.GetString(error[..error.IndexOf((byte)0)])}.");
    }

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        foreach (string build in s_builds)
            if (NativeLibrary.TryLoad(build, assembly, path, out nint handle)) return handle;
        throw new DllNotFoundException($"None of {string.Join(", ", s_builds)} could be loaded; the package librdkafka.redist brings them.");
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    private static partial nint New(int type, nint configuration, Span<byte> error, nuint errorLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    internal static partial void Destroy(nint handle);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    internal static partial nint NewCluster(nint handle, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    internal static partial void DestroyCluster(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    internal static partial nint Bootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int CreateTopic(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_partition_delete_records", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int DeleteRecords(nint cluster, string topic, int partition, long before);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    internal static partial void SetRebalanceDelay(nint cluster, int milliseconds);
}
