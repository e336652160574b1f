using Microsoft.Extensions.Logging;

namespace Vigil.Ingest;

/// <summary>Everything that Ingest logs. Event ids 1000 to 1999 never change their meaning; no message holds a record's content.</summary>
static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "Consuming {Topic} as a member of the group {Group}")]
    internal static partial void Subscribed(ILogger logger, string topic, string group);

    [LoggerMessage(1001, LogLevel.Information, "Partition {Partition} assigned; the broker has offsets {Low} to {High}")]
    internal static partial void Assigned(ILogger logger, int partition, long low, long high);

    [LoggerMessage(1002, LogLevel.Information, "Partition {Partition} starts at offset {Offset}")]
    internal static partial void Started(ILogger logger, int partition, long offset);

    [LoggerMessage(1003, LogLevel.Information, "Partition {Partition} revoked")]
    internal static partial void Revoked(ILogger logger, int partition);

    [LoggerMessage(1004, LogLevel.Warning, "Partition {Partition} was lost: the group gave this member up")]
    internal static partial void Lost(ILogger logger, int partition);

    [LoggerMessage(1005, LogLevel.Warning, "Revoked partitions were not stored within {Timeout}; their fence rejects what comes late")]
    internal static partial void NotDrained(ILogger logger, TimeSpan timeout);

    [LoggerMessage(1006, LogLevel.Debug, "Kafka client: {Facility}: {Message}")]
    internal static partial void Client(ILogger logger, string facility, string message);

    [LoggerMessage(1007, LogLevel.Warning, "Kafka client: {Code}: {Reason}")]
    internal static partial void ClientError(ILogger logger, string code, string reason);

    [LoggerMessage(1008, LogLevel.Warning, "Offsets were not committed to Kafka, where lag tools look: {Reason}. Nothing is lost; Postgres has them")]
    internal static partial void NotCommitted(ILogger logger, string reason);

    [LoggerMessage(1009, LogLevel.Warning, "The record of {Topic} at {Partition}:{Offset} is no score: {Reason}")]
    internal static partial void NoScore(ILogger logger, string topic, int partition, long offset, string reason);

    [LoggerMessage(1010, LogLevel.Warning, "Shared facts cannot be read, and scoring waits until they can: {Reason}")]
    internal static partial void FactsWait(ILogger logger, string reason);

    [LoggerMessage(1011, LogLevel.Warning,
        "Partition {Partition} was claimed by somebody else, and the group says that it is this member's: it is claimed anew")]
    internal static partial void Renewed(ILogger logger, int partition);
}
