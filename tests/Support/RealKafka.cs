using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Xunit;

namespace Vigil.Tests.Support;

/// <summary>
/// A real Apache Kafka for the whole run of a test project: the one that VIGIL_TEST_KAFKA names, or one that the folder <c>shared/kafka</c> beside
/// the repository starts. Tests use topics and groups of fresh names.
/// </summary>
public sealed class RealKafka : IAsyncDisposable
{
    const string Variable = "VIGIL_TEST_KAFKA";

    readonly SemaphoreSlim _starting = new(1);
    string? _folder;
    string? _address;

    /// <summary>Its host:port; the test is skipped where there is none.</summary>
    public async Task<string> AddressAsync()
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        if (named is { Length: > 0 }) return named;
        string? script = Repository.Shared("kafka/kafka");
        Assert.SkipWhen(script is null, $"needs a real Kafka: set {Variable}=host:port");
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _address ??= await StartAsync(script!);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Makes topics that keep records for good: tests stamp them with times long past.</summary>
    /// <param name="address">Of the broker.</param>
    /// <param name="settings">Further settings of every topic, KEY=VALUE.</param>
    /// <param name="topics">Names and numbers of partitions.</param>
    internal static async Task CreateTopicsAsync(string address, string[] settings, params (string Name, int Partitions)[] topics)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = address }).Build();
        var configuration = settings.Append("retention.ms=-1").Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        await admin.CreateTopicsAsync(topics.Select(topic => new TopicSpecification
        {
            Name = topic.Name,
            NumPartitions = topic.Partitions,
            ReplicationFactor = 1,
            Configs = configuration,
        }));
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is null) return;
        await Script.RunAsync(Repository.Shared("kafka/kafka")!, "stop", _folder);
        Directory.Delete(_folder, recursive: true);
    }

    async Task<string> StartAsync(string script)
    {
        _folder = Directory.CreateTempSubdirectory("vigil-test-kafka-").FullName;
        return (await Script.RunAsync(script, "start", _folder)).Trim();
    }
}
