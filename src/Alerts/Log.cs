using Microsoft.Extensions.Logging;

namespace Vigil.Alerts;

static partial class Log
{
    [LoggerMessage(3001, LogLevel.Information, "Claimed {Partition} at offset {NextOffset}, epoch {Epoch}")]
    internal static partial void Claimed(ILogger logger, StreamPartition partition, long nextOffset, long epoch);

    [LoggerMessage(3002, LogLevel.Warning, "Fenced on {Partition}: epoch {Epoch} at offset {Cursor} is no longer the owner's; the batch is dropped")]
    internal static partial void Fenced(ILogger logger, StreamPartition partition, long epoch, long cursor);

    [LoggerMessage(3003, LogLevel.Warning, "Postgres cannot be used: {Reason}. Alerts wait until it can")]
    internal static partial void Away(ILogger logger, string reason);

    [LoggerMessage(3004, LogLevel.Information, "Postgres can be used again, after {Duration}")]
    internal static partial void Back(ILogger logger, TimeSpan duration);

    [LoggerMessage(3005, LogLevel.Warning, "{Count} alerts were in Postgres before the flush that should have written them")]
    internal static partial void AlreadyStored(ILogger logger, long count);
}
