using System.Text.Json;
using Confluent.Kafka;

namespace Vigil.Faults.Tests;

/// <summary>A record of a topic of transactions or labels as the checker reads it.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="TransactionId">Null for a record that its producer marked as poison.</param>
readonly record struct LoggedRecord(int Partition, long Offset, string? TransactionId);

/// <summary>A record of a topic of scores as the checker reads it.</summary>
/// <param name="In">The partition of the topic of scores.</param>
/// <param name="Partition">The partition of the scored transaction.</param>
/// <param name="Offset">Its offset there.</param>
/// <param name="Value">The whole record.</param>
readonly record struct LoggedScore(int In, int Partition, long Offset, string Value);

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

    /// <summary>Every record of a topic of transactions or labels, each partition's in order.</summary>
    internal static IEnumerable<LoggedRecord> Read(string address, string topic) => ReadAll(address, topic, result =>
    {
        bool isPoison = result.Message.Headers.TryGetLastBytes(LoadProducer.PoisonHeader, out _);
        return new LoggedRecord(result.Partition.Value, result.Offset.Value, isPoison ? null : Field(result, "transaction_id").GetString());
    });

    /// <summary>Every record of a topic of scores, each partition's in order.</summary>
    internal static IEnumerable<LoggedScore> ReadScores(string address, string topic) => ReadAll(address, topic, result => new LoggedScore(
        result.Partition.Value,
        Field(result, "partition").GetInt32(),
        Field(result, "offset").GetInt64(),
        System.Text.Encoding.UTF8.GetString(result.Message.Value)));

    static IEnumerable<T> ReadAll<T>(string address, string topic, Func<ConsumeResult<Ignore, byte[]>, T> read)
    {
        using var consumer = NewConsumer(address);
        var left = Ends(consumer, address, topic).Where(end => end.Value > 0).ToDictionary();
        consumer.Assign(left.Keys.Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        while (left.Count > 0)
        {
            var result = consumer.Consume(s_patience) ?? throw new InvalidOperationException($"Kafka sends nothing of {topic}, though its end is not reached.");
            yield return read(result);
            if (result.Offset.Value == left[result.Partition.Value] - 1) left.Remove(result.Partition.Value);
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

    static JsonElement Field(ConsumeResult<Ignore, byte[]> result, string name)
    {
        using var json = JsonDocument.Parse(result.Message.Value);
        return json.RootElement.GetProperty(name).Clone();
    }
}
