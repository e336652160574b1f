using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Vigil.Ingest;

/// <summary>Topics on a real broker: making them, who they are, and how much they hold.</summary>
public static class Topics
{
    /// <summary>Makes the topics of transactions and labels where they are missing; labels get one partition.</summary>
    /// <param name="options">Where, and the names.</param>
    /// <param name="partitions">Of the transactions' topic; 1 and up.</param>
    /// <param name="stampOnAppend">Whether the broker stamps records (LogAppendTime, for live traffic) or their producer does (for simulated time).</param>
    /// <exception cref="KafkaUnavailableException">No broker answers, or it refuses.</exception>
    public static async Task CreateMissingAsync(IngestOptions options, int partitions, bool stampOnAppend)
    {
        var configuration = new Dictionary<string, string> { ["message.timestamp.type"] = stampOnAppend ? "LogAppendTime" : "CreateTime" };
        TopicSpecification Specify(string name, int count) => new() { Name = name, NumPartitions = count, ReplicationFactor = -1, Configs = configuration };
        using var admin = Admin(options);
        try
        {
            await admin.CreateTopicsAsync(
                [Specify(options.TransactionsTopic, partitions), Specify(options.LabelsTopic, 1)], new CreateTopicsOptions { RequestTimeout = options.ConnectTimeout });
        }
        catch (CreateTopicsException error) when (error.Results.All(result => result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
        }
        catch (KafkaException error)
        {
            throw new KafkaUnavailableException($"Topics could not be made on Kafka at {options.BootstrapServers}: {error.Error.Reason}.", error);
        }
    }

    /// <summary>
    /// Which log the transactions' topic is, for the natural keys in Postgres: the cluster's id and the topic's id, because a topic that is made anew counts from 0 again.
    /// </summary>
    /// <exception cref="KafkaUnavailableException">No broker answers, or the topic does not exist.</exception>
    public static async Task<string> IdentityAsync(IngestOptions options)
    {
        using var admin = Admin(options);
        try
        {
            var cluster = await admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = options.ConnectTimeout });
            var topics = await admin.DescribeTopicsAsync(
                TopicCollection.OfTopicNames([options.TransactionsTopic]), new DescribeTopicsOptions { RequestTimeout = options.ConnectTimeout });
            return $"{cluster.ClusterId}/{topics.TopicDescriptions[0].TopicId}";
        }
        catch (DescribeTopicsException error)
        {
            throw new KafkaUnavailableException($"Kafka at {options.BootstrapServers} has no topic '{options.TransactionsTopic}': {error.Error.Reason}. Create it, or name another.", error);
        }
        catch (KafkaException error)
        {
            throw new KafkaUnavailableException($"Kafka at {options.BootstrapServers} does not answer: {error.Error.Reason}. Expected is a broker that this machine can reach; check BootstrapServers and the security settings.", error);
        }
    }

    /// <summary>The offset after the last record of each partition of a topic, by the broker's own word.</summary>
    /// <exception cref="KafkaUnavailableException">No broker answers.</exception>
    public static IReadOnlyDictionary<int, long> HighWatermarks(IngestOptions options, string topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(KafkaSettings.Apply(options, new ConsumerConfig { GroupId = options.Group })).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        try
        {
            var partitions = admin.GetMetadata(topic, options.ConnectTimeout).Topics.Single().Partitions;
            return partitions.ToDictionary(
                partition => partition.PartitionId,
                partition => consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition.PartitionId), options.ConnectTimeout).High.Value);
        }
        catch (KafkaException error)
        {
            throw new KafkaUnavailableException($"Kafka at {options.BootstrapServers} does not say how much '{topic}' holds: {error.Error.Reason}.", error);
        }
    }

    static IAdminClient Admin(IngestOptions options) => new AdminClientBuilder(KafkaSettings.Apply(options, new AdminClientConfig())).Build();
}
