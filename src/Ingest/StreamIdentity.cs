using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Vigil.Ingest;

/// <summary>What tells one stream from another of the same name, because a topic that is made anew begins its offsets again.</summary>
public static class StreamIdentity
{
    /// <summary>The cluster's id and the topic's id, as one text; on the embedded broker, which has neither, the run's id.</summary>
    /// <param name="options">The addresses and the topic.</param>
    /// <param name="runId">Names this run of the embedded broker.</param>
    /// <exception cref="KafkaUnreachableException">No broker answers in time, or there is no such topic.</exception>
    public static async Task<string> ReadAsync(IngestOptions options, string runId)
    {
        if (options.Embedded) return $"embedded/{runId}";
        using var admin = new AdminClientBuilder(KafkaSettings.Client(options)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        try
        {
            var cluster = await admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = options.ConnectTimeout });
            var topics = await admin.DescribeTopicsAsync(
                TopicCollection.OfTopicNames([options.TransactionsTopic]), new DescribeTopicsOptions { RequestTimeout = options.ConnectTimeout });
            return $"{cluster.ClusterId}/{topics.TopicDescriptions.Single().TopicId}";
        }
        catch (KafkaException error)
        {
            throw new KafkaUnreachableException(
                $"Kafka at {options.BootstrapServers} does not describe {options.TransactionsTopic}: {error.Error.Reason}", error);
        }
    }
}
