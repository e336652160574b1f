using Vigil.Alerts;

namespace Vigil;

/// <summary>What the host logs. Event ids are stable: 1000 to 1099.</summary>
static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "Model {Model} scores with alert threshold {Threshold}; stream {Stream}")]
    internal static partial void Starting(ILogger logger, string model, double threshold, string stream);

    [LoggerMessage(1001, LogLevel.Information, "The consumer has left its group and everything it had read is stored")]
    internal static partial void Drained(ILogger logger);

    [LoggerMessage(1002, LogLevel.Warning, "The record of {Topic} at {Partition}:{Offset} is no fact: {Reason}: {Message}")]
    internal static partial void FactRejected(ILogger logger, string topic, int partition, long offset, string reason, string message);

    [LoggerMessage(1003, LogLevel.Information, "The device {Device} scores in batches; a GiB of its cache holds {CardsPerGiB} cards of full contexts")]
    internal static partial void OnDevice(ILogger logger, string device, double cardsPerGiB);

    [LoggerMessage(1010, LogLevel.Warning, "A request's transaction was not appended: {Reason}")]
    internal static partial void NotAppended(ILogger logger, string reason);

    [LoggerMessage(1020, LogLevel.Information, "Stored a snapshot of partition {Partition} up to offset {NextOffset}: {Bytes} bytes in {Duration}")]
    internal static partial void SnapshotStored(ILogger logger, int partition, long nextOffset, long bytes, TimeSpan duration);

    [LoggerMessage(1021, LogLevel.Warning,
        "The snapshot of partition {Partition} up to offset {NextOffset} failed, and scoring goes on; the next is tried in its time: {Reason}")]
    internal static partial void SnapshotFailed(ILogger logger, int partition, long nextOffset, string reason);

    [LoggerMessage(1022, LogLevel.Warning,
        "The snapshot of partition {Partition} up to offset {NextOffset} is given up, for its store does not keep up; the next is tried in its time")]
    internal static partial void SnapshotBehind(ILogger logger, int partition, long nextOffset);

    [LoggerMessage(1023, LogLevel.Warning,
        "The snapshot of {Partition} up to offset {NextOffset} cannot be used; the one before is tried, else the log: {Reason}")]
    internal static partial void SnapshotRefused(ILogger logger, StreamPartition partition, long nextOffset, string reason);

    [LoggerMessage(1024, LogLevel.Information, "Restored {Partition} up to offset {NextOffset} from a snapshot of {Cards} cards in {Duration}")]
    internal static partial void SnapshotRestored(ILogger logger, StreamPartition partition, long nextOffset, int cards, TimeSpan duration);

    [LoggerMessage(1025, LogLevel.Warning, "The snapshots of {Partition} cannot be listed; its log is read from its first record: {Reason}")]
    internal static partial void SnapshotsNotListed(ILogger logger, StreamPartition partition, string reason);
}
