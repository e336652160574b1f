using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Vigil.Tests.Support;

/// <summary>A real Apache Kafka. Tests use topics and groups of fresh names.</summary>
public sealed class RealKafka() : RealServer("Kafka", "VIGIL_TEST_KAFKA", "kafka/kafka")
{
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
        // The broker says that a topic is created a moment before it knows it itself.
        foreach (var (name, _) in topics)
            while (!admin.GetMetadata(name, TimeSpan.FromSeconds(10)).Topics.Any(topic => topic.Topic == name && topic.Partitions.Count > 0))
                await Task.Delay(50);
    }
}
