using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Vigil.Ingest;

/// <summary>The topics of a cluster: whether they are there, how far they reach, and creating them.</summary>
public sealed class Topics : IDisposable
{
    const short ClustersOwn = -1;

    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    readonly IngestOptions _options;
    readonly IAdminClient _admin;
    volatile string? _cause;

    /// <summary>Administers the cluster of the options.</summary>
    public Topics(IngestOptions options)
    {
        _options = options;
        // A call that fails says that no broker answers; why (a certificate, a password), only the client's own errors do.
        _admin = new AdminClientBuilder(KafkaSettings.Client(options))
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => _cause = error.Code == ErrorCode.Local_AllBrokersDown ? _cause : error.Reason)
            .Build();
    }

    /// <summary>
    /// The topics of a stream with their numbers of partitions: as many as asked for where records are keyed by card, one where every process reads the whole.
    /// </summary>
    /// <param name="options">The names; without a topic of scores there is none.</param>
    /// <param name="partitions">Of the transactions, and of their scores.</param>
    public static IReadOnlyDictionary<string, int> Of(IngestOptions options, int partitions)
    {
        ArgumentNullException.ThrowIfNull(options);
        var counts = new Dictionary<string, int> { [options.TransactionsTopic] = partitions, [options.LabelsTopic] = 1, [options.ActivityTopic] = 1 };
        if (options.ScoresTopic.Length > 0) counts[options.ScoresTopic] = partitions;
        return counts;
    }

    /// <summary>How many partitions a topic has.</summary>
    /// <exception cref="KafkaUnreachableException">No broker answers within <see cref="IngestOptions.ConnectTimeout"/>, or there is no such topic.</exception>
    public int CountPartitions(string topic)
    {
        int count = Find(topic);
        return count > 0 ? count : throw new KafkaUnreachableException(
            $"Kafka at {_options.BootstrapServers} has no topic {topic}. "
            + $"Create it (kafka-topics.sh --create --topic {topic} --partitions 12, or vigil serve --create-topics 12), or configure another name.");
    }

    /// <summary>Creates the topics that are missing; those that exist are left as they are.</summary>
    /// <remarks>It returns when the broker shows them: it says that a topic is created a moment before it knows it itself.</remarks>
    /// <param name="partitions">Each topic's number of partitions.</param>
    /// <param name="stampedByBroker">
    /// Whether the broker stamps records as they arrive, so that no stamp ever arrives late: for a live stream. False where records bear times of their own.
    /// </param>
    /// <exception cref="KafkaUnreachableException">No broker answers in time, or it refuses.</exception>
    public async Task CreateMissingAsync(IReadOnlyDictionary<string, int> partitions, bool stampedByBroker)
    {
        var missing = partitions.Where(topic => Find(topic.Key) == 0).ToArray();
        if (missing.Length == 0) return;
        try
        {
            await _admin.CreateTopicsAsync(
                missing.Select(topic => new TopicSpecification
                {
                    Name = topic.Key,
                    NumPartitions = topic.Value,
                    ReplicationFactor = ClustersOwn,
                    Configs = new() { ["message.timestamp.type"] = stampedByBroker ? "LogAppendTime" : "CreateTime" },
                }),
                new CreateTopicsOptions { RequestTimeout = _options.ConnectTimeout, OperationTimeout = _options.ConnectTimeout });
        }
        catch (CreateTopicsException error) when (error.Results.All(result => result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Another process was quicker, which is as good.
        }
        catch (KafkaException error)
        {
            throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} does not create {string.Join(", ", missing.Select(topic => topic.Key))}: {error.Error.Reason}. "
                + "Create them by hand, or allow it.", error);
        }
        long started = Stopwatch.GetTimestamp();
        foreach (string topic in missing.Select(entry => entry.Key))
        {
            while (Find(topic) == 0)
            {
                if (Stopwatch.GetElapsedTime(started) > _options.ConnectTimeout)
                    throw new KafkaUnreachableException($"Kafka at {_options.BootstrapServers} does not show the topic {topic}, which it has created.");
                await Task.Delay(s_pause);
            }
        }
    }

    /// <summary>The first offset and the offset after the last, by partition.</summary>
    /// <exception cref="KafkaUnreachableException">No broker answers in time, or there is no such topic.</exception>
    public IReadOnlyList<(long Low, long High)> Watermarks(string topic)
    {
        int count = CountPartitions(topic);
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(KafkaSettings.Consumer(_options, "vigil-watermarks"))
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        return [.. Enumerable.Range(0, count).Select(partition =>
        {
            var marks = consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), _options.ConnectTimeout);
            return (marks.Low.Value, marks.High.Value);
        })];
    }

    /// <inheritdoc/>
    public void Dispose() => _admin.Dispose();

    int Find(string topic)
    {
        try
        {
            var found = _admin.GetMetadata(topic, _options.ConnectTimeout).Topics.SingleOrDefault(entry => entry.Topic == topic);
            return found is null || found.Error.Code == ErrorCode.UnknownTopicOrPart ? 0 : found.Partitions.Count;
        }
        catch (KafkaException error)
        {
            throw new KafkaUnreachableException(
                $"Kafka does not answer at {_options.BootstrapServers} within {_options.ConnectTimeout.TotalSeconds:0.#} s ({_cause ?? error.Error.Reason}). "
                + "Check the address, and that the broker runs and may be reached from here.", error);
        }
    }
}
