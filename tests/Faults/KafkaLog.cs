using System.Text.Json;
using Confluent.Kafka;

namespace Vigil.Faults.Tests;

/// <summary>A record of a topic of transactions or labels as the checker reads it.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="TransactionId">Null for a record that its producer marked as poison.</param>
readonly record struct LoggedRecord(int Partition, long Offset, string? TransactionId);

/// <summary>Reads a topic whole, with the plain client.</summary>
static class KafkaLog
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>The offset after the last record, by partition.</summary>
    internal static IReadOnlyDictionary<int, long> Ends(string address, string topic)
    {
        using var consumer = NewConsumer(address);
        return Ends(consumer, address, topic);
    }

    /// <summary>Every record, each partition's in order.</summary>
    internal static IEnumerable<LoggedRecord> Read(string address, string topic)
    {
        using var consumer = NewConsumer(address);
        var ends = Ends(consumer, address, topic);
        consumer.Assign(ends.Keys.Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        for (long left = ends.Values.Sum(); left > 0; left--)
        {
            var result = consumer.Consume(s_patience) ?? throw new InvalidOperationException($"Kafka sends nothing, though {left} records are left.");
            bool isPoison = result.Message.Headers.TryGetLastBytes(LoadProducer.PoisonHeader, out _);
            yield return new(result.Partition.Value, result.Offset.Value, isPoison ? null : IdOf(result.Message.Value));
        }
    }

    static IConsumer<Ignore, byte[]> NewConsumer(string address) =>
        new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig { BootstrapServers = address, GroupId = "checker", EnableAutoCommit = false }).Build();

    static Dictionary<int, long> Ends(IConsumer<Ignore, byte[]> consumer, string address, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = address }).Build();
        return admin.GetMetadata(topic, s_patience).Topics.Single().Partitions.ToDictionary(
            partition => partition.PartitionId,
            partition => consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition.PartitionId), s_patience).High.Value);
    }

    static string IdOf(byte[] value)
    {
        using var json = JsonDocument.Parse(value);
        return json.RootElement.GetProperty("transaction_id").GetString()!;
    }
}
