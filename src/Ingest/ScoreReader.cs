using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Ingest;

/// <summary>
/// Reads the topic of scores whole, and each score once. Scorers publish before their cursor moves, so a crash between the two repeats the scores since, with
/// the same values. Within one partition of the topic the offsets of a partition of transactions rise; so whatever is not above the highest seen is a repeat,
/// and one number for each pair of partitions is all that must be remembered. For one thread.
/// </summary>
public sealed class ScoreReader : IDisposable
{
    readonly IngestOptions _options;
    readonly ILogger<ScoreReader> _logger;
    readonly IConsumer<byte[], byte[]> _consumer;
    readonly Dictionary<(int Read, ulong Topic, int Partition), long> _highest = [];
    readonly HashSet<int> _unread = [];

    /// <summary>A reader of every partition.</summary>
    /// <param name="options">Addresses and topic.</param>
    /// <param name="fromBeginning">Whether what is in the topic already is read, or only what comes.</param>
    /// <param name="logger">Receives the client's errors, and where a record is no score.</param>
    /// <exception cref="KafkaUnreachableException">No broker answers in time, or the topic does not exist.</exception>
    public ScoreReader(IngestOptions options, bool fromBeginning, ILogger<ScoreReader> logger)
    {
        (_options, _logger) = (options, logger);
        using var topics = new Topics(options);
        var marks = topics.Watermarks(options.ScoresTopic);
        var config = KafkaSettings.Consumer(options, options.Group + "-scores"); // without members: every reader reads all
        config.EnablePartitionEof = true;
        config.AutoOffsetReset = AutoOffsetReset.Earliest; // what retention has removed meanwhile is gone for a reader of scores
        _consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, entry) => Log.Client(logger, entry.Facility, entry.Message))
            .SetErrorHandler((_, error) => Log.ClientError(logger, error.Code.ToString(), error.Reason))
            .Build();
        _consumer.Assign(marks.Select((mark, partition) =>
            new TopicPartitionOffset(options.ScoresTopic, partition, fromBeginning ? mark.Low : mark.High)));
        _unread.UnionWith(Enumerable.Range(0, marks.Count));
    }

    /// <summary>Whether everything that was in the topic has been read.</summary>
    public bool IsAtEnd => _unread.Count == 0;

    /// <summary>The next score; false where none came in time, the end was reached, or what came is a repeat or no score.</summary>
    /// <exception cref="KafkaUnreachableException">The broker refuses.</exception>
    public bool TryRead(TimeSpan patience, out Score score)
    {
        score = default;
        var result = Consume(patience);
        if (result is null) return false;
        if (result.IsPartitionEOF)
        {
            _unread.Remove(result.Partition.Value);
            return false;
        }
        return TryDecode(result, out score) && IsFirst(result.Partition.Value, score);
    }

    /// <inheritdoc/>
    public void Dispose() => _consumer.Dispose();

    bool IsFirst(int partition, in Score score)
    {
        var from = (partition, score.Topic.Hash64(), score.Partition);
        if (_highest.TryGetValue(from, out long highest) && score.Offset <= highest) return false;
        _highest[from] = score.Offset;
        return true;
    }

    bool TryDecode(ConsumeResult<byte[], byte[]> result, out Score score)
    {
        try
        {
            score = ScoreJson.Read(result.Message.Value);
            return true;
        }
        catch (FormatException error)
        {
            Log.NoScore(_logger, result.Topic, result.Partition.Value, result.Offset.Value, error.Message);
            score = default;
            return false;
        }
    }

    ConsumeResult<byte[], byte[]>? Consume(TimeSpan patience)
    {
        try
        {
            return _consumer.Consume(patience);
        }
        catch (ConsumeException error) when (!error.Error.IsFatal)
        {
            Log.ClientError(_logger, error.Error.Code.ToString(), error.Error.Reason);
            return null;
        }
        catch (ConsumeException error)
        {
            throw new KafkaUnreachableException(
                $"Kafka at {_options.BootstrapServers} does not send the records of {_options.ScoresTopic}: {error.Error.Reason}", error);
        }
    }
}
