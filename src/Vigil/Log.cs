namespace Vigil;

/// <summary>What the host logs. Event ids are stable: 1000 to 1099.</summary>
static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "Model {Model} scores with alert threshold {Threshold}; stream {Stream}")]
    internal static partial void Starting(ILogger logger, string model, double threshold, string stream);

    [LoggerMessage(1001, LogLevel.Information, "The consumer has left its group and everything it had read is stored")]
    internal static partial void Drained(ILogger logger);

    [LoggerMessage(1002, LogLevel.Warning, "The record at {Partition}:{Offset} of the labels' topic is no label: {Reason}: {Message}")]
    internal static partial void LabelRejected(ILogger logger, int partition, long offset, string reason, string message);
}
