using System.Collections.Concurrent;
using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Ingest;

/// <summary>
/// Tells the outside how far the pipeline is: lag for metrics, commits for Kafka's lag tools (and for the embedded broker, which deletes what is committed).
/// Commits run in the background, one at a time, because the client's call waits for the broker; their failure costs nothing but a log line.
/// </summary>
sealed class OffsetReporter(
    IngestOptions options, ILogger logger, IConsumer<byte[], byte[]> consumer,
    (ConcurrentDictionary<int, long> Stored, ConcurrentDictionary<int, long> Lag) offsets) : IDisposable
{
    static readonly TimeSpan LagInterval = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan EmbeddedCommitInterval = TimeSpan.FromMilliseconds(500);

    readonly TimeSpan _commitInterval = options.Embedded && options.CommitInterval > EmbeddedCommitInterval ? EmbeddedCommitInterval : options.CommitInterval;
    readonly Dictionary<int, long> _read = [];
    readonly Dictionary<int, long> _committed = [];
    Task _commit = Task.CompletedTask;
    long _lagAt, _commitAt = Stopwatch.GetTimestamp();

    /// <summary>Notes up to where a partition has been read.</summary>
    internal void Read(int partition, long next) => _read[partition] = next;

    /// <summary>Does what is due.</summary>
    internal void Report(IEnumerable<OwnedPartition> owned)
    {
        if (Stopwatch.GetElapsedTime(_lagAt) >= LagInterval)
        {
            _lagAt = Stopwatch.GetTimestamp();
            foreach (var partition in owned.Where(partition => partition.IsLive)) SetLag(partition.Number);
        }
        if (_commit.IsCompleted && Stopwatch.GetElapsedTime(_commitAt) >= _commitInterval)
        {
            _commitAt = Stopwatch.GetTimestamp();
            var due = Due(owned.Select(partition => partition.Number));
            if (due.Count > 0) _commit = Task.Run(() => Commit(due));
        }
    }

    /// <summary>The last commit of partitions that go; the group's next owner does not need it, a person looking at the lag does.</summary>
    internal void CommitAndForget(IEnumerable<int> partitions)
    {
        int[] going = [.. partitions];
        _commit.Wait();
        var due = Due(going);
        if (due.Count > 0) Commit(due);
        foreach (int partition in going) Forget(partition);
    }

    internal void Forget(int partition)
    {
        _read.Remove(partition);
        _committed.Remove(partition);
        offsets.Stored.TryRemove(partition, out _);
        offsets.Lag.TryRemove(partition, out _);
    }

    public void Dispose() => _commit.Wait();

    void SetLag(int partition)
    {
        var high = consumer.GetWatermarkOffsets(new TopicPartition(options.TransactionsTopic, partition)).High;
        long next = offsets.Stored.GetValueOrDefault(partition, _read.GetValueOrDefault(partition));
        if (high != Offset.Unset) offsets.Lag[partition] = Math.Max(0, high.Value - next);
    }

    /// <summary>What is stored and not yet committed, marked as committed.</summary>
    Dictionary<int, long> Due(IEnumerable<int> partitions)
    {
        var due = new Dictionary<int, long>();
        foreach (int partition in partitions)
            if (offsets.Stored.TryGetValue(partition, out long next) && next > _committed.GetValueOrDefault(partition))
                due[partition] = _committed[partition] = next;
        return due;
    }

    void Commit(Dictionary<int, long> due)
    {
        try
        {
            consumer.Commit(due.Select(entry => new TopicPartitionOffset(options.TransactionsTopic, entry.Key, entry.Value)));
        }
        catch (KafkaException error)
        {
            Log.NotCommitted(logger, error.Error.Reason);
        }
    }
}
