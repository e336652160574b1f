using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Faults.Tests;

/// <summary>A real Apache Kafka of the run's own, which can be killed and started again on its data.</summary>
sealed class FaultBroker : IAsyncDisposable
{
    /// <summary>How long a member may be silent before the group gives it up.</summary>
    internal static readonly TimeSpan Session = TimeSpan.FromSeconds(3);

    static readonly string[] s_properties = ["group.min.session.timeout.ms=1000", "log.retention.ms=-1"];

    readonly string _script;
    readonly string _folder;

    FaultBroker(string script, string folder) => (_script, _folder) = (script, folder);

    internal string Address { get; private set; } = "";

    /// <summary>Starts it; the test is skipped where there is no script to do so.</summary>
    internal static async Task<FaultBroker> StartAsync(string folder)
    {
        string? script = Repository.Shared("kafka/kafka");
        Assert.SkipWhen(script is null, "needs a real Kafka that the test can kill: shared/kafka beside the repository");
        var broker = new FaultBroker(script, folder);
        await broker.RestartAsync();
        return broker;
    }

    internal async Task RestartAsync() => Address = await Script.RunAsync(_script, ["start", _folder, "0", .. s_properties]);

    internal Task KillAsync() => Script.RunAsync(_script, "kill", _folder);

    /// <summary>Makes the topics as production has them: the broker stamps what is appended, so that no fact's stamp comes late.</summary>
    internal async Task CreateTopicsAsync(params (string Name, int Partitions)[] topics)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Address }).Build();
        await admin.CreateTopicsAsync(topics.Select(topic => new TopicSpecification
        {
            Name = topic.Name,
            NumPartitions = topic.Partitions,
            ReplicationFactor = 1,
            Configs = new() { ["message.timestamp.type"] = "LogAppendTime" },
        }));
        // The broker says that a topic is created a moment before it knows it itself.
        foreach (var (name, _) in topics)
            while (!admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Any(topic => topic.Topic == name && topic.Partitions.Count > 0)) await Task.Delay(50);
    }

    public async ValueTask DisposeAsync() => await KillAsync();
}
