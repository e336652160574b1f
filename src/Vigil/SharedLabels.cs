using Vigil.Features;
using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// The labels that every partition of this process shares, read whole. At its first record of a new step the process reads the topic to its
/// current end, a barrier: a label of step k is in effect from step k + 2 on, so by then everything that may count has been read, however fast the reader.
/// </summary>
sealed class SharedLabels : IDisposable
{
    readonly TimeSpan _stepLength;
    readonly LabelReader _reader;
    long _readStep = long.MinValue;

    /// <exception cref="KafkaUnreachableException">No broker answers, or the topic of labels does not exist.</exception>
    public SharedLabels(SharedFacts facts, ScoringStages stages, IngestTelemetry telemetry, ILoggerFactory loggers)
    {
        Facts = facts;
        _stepLength = stages.Options.Features.StepLength;
        var logger = loggers.CreateLogger<SharedLabels>();
        _reader = new LabelReader(stages.Options.Kafka, stages.Decoder, loggers.CreateLogger<LabelReader>(), (record, rejection) =>
        {
            telemetry.Rejected(rejection);
            Log.LabelRejected(logger, record.Partition, record.Offset, rejection.Reason, rejection.Message);
        });
    }

    internal SharedFacts Facts { get; }

    /// <summary>Reads the labels that a record of this stamp may see, where that has not been done yet.</summary>
    internal void ReadUpTo(Instant stamp)
    {
        long step = stamp.Step(_stepLength);
        if (step <= _readStep) return;
        _reader.ReadToEnd((label, labelStamp) => Facts.Add(label, labelStamp));
        _readStep = step;
    }

    public void Dispose() => _reader.Dispose();
}
