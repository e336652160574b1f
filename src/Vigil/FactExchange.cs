using Vigil.Alerts;
using Vigil.Features;
using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// The shared facts of this process on their way from and to Kafka. At its first record of a new step the process reads the facts' topics to their current
/// ends, a barrier: a fact of step k is in effect from step k + 2 on, so by then everything that may count has been read, however fast the reader. What the
/// process's own partitions counted is published before their cursors move, and comes back through the topic as everybody else's does.
/// </summary>
sealed class FactExchange : IDisposable
{
    /// <summary>How many dead letters may be held before they are written: of 64 KiB at most each.</summary>
    const int MostRejected = 256;

    readonly ScoringStages _stages;
    readonly IngestOptions _kafka;
    readonly TimeSpan _stepLength;
    readonly FactReader _reader;
    readonly ActivityProducer _producer;
    readonly IngestTelemetry _telemetry;
    readonly AlertSink _sink;
    readonly ILogger _logger;
    readonly List<DeadLetter> _rejected = [];
    long _readStep = long.MinValue;
    long _newestFactStep = long.MinValue;

    /// <exception cref="KafkaUnreachableException">No broker answers, or a topic of facts does not exist.</exception>
    public FactExchange(ScoringStages stages, AlertSink sink, IngestTelemetry telemetry, ILoggerFactory loggers)
    {
        (_stages, _kafka, _sink, _telemetry) = (stages, stages.Options.Kafka, sink, telemetry);
        _logger = loggers.CreateLogger<FactExchange>();
        _stepLength = stages.Features.StepLength;
        Facts = new(stages.Features);
        _reader = new(_kafka, loggers.CreateLogger<FactReader>());
        _producer = new(_kafka, stages.Clock);
    }

    internal SharedFacts Facts { get; }

    /// <summary>
    /// Reads the facts that a record of this stamp may see, where that has not been done yet; from the topics' beginnings, where they were forgotten.
    /// </summary>
    /// <param name="stamp">Of a partition, where stamps never run backwards.</param>
    /// <param name="cancellationToken">Ends the waiting for brokers that are away.</param>
    /// <returns>Whether a new step has begun.</returns>
    internal bool ReadUpTo(Instant stamp, CancellationToken cancellationToken)
    {
        long step = stamp.Step(_stepLength);
        bool isCovered = Facts.Covers(stamp);
        if (step <= _readStep && isCovered) return false;
        if (!isCovered)
        {
            Facts.Clear();
            _reader.Rewind();
        }
        _producer.Flush(cancellationToken);
        _reader.ReadToEnd((topic, record) => Add(topic, record, cancellationToken), cancellationToken);
        Bury(cancellationToken);
        _readStep = Math.Max(_readStep, step);
        return true;
    }

    /// <summary>
    /// Hands over what a step of a partition counted. Where records bear times of their own, so does this: the stamp of the record that closed the step, but
    /// none that would bring it into effect in a step that has been asked already, so that a replay sees what was seen.
    /// </summary>
    internal void Publish(IReadOnlyList<MerchantActivity> closed, Instant stamp)
    {
        long asked = Math.Max(_readStep, _newestFactStep);
        var earliest = new Instant((asked - 1) * (_stepLength.Ticks / TimeSpan.TicksPerMicrosecond));
        var stamped = stamp > earliest ? stamp : earliest;
        foreach (var activity in closed) _producer.Produce(activity, stamped);
    }

    /// <summary>Waits until Kafka has what was handed over: before a cursor moves.</summary>
    /// <exception cref="KafkaUnreachableException">It has not, in time.</exception>
    internal void Flush(CancellationToken cancellationToken) => _producer.Flush(cancellationToken);

    public void Dispose()
    {
        _reader.Dispose();
        _producer.Dispose();
    }

    void Add(string topic, ConsumedRecord record, CancellationToken cancellationToken)
    {
        bool isFact = topic == _kafka.LabelsTopic ? TryAddLabel(record, out var rejection) : TryAddActivity(record, out rejection);
        if (isFact) return;
        _telemetry.Rejected(rejection);
        Log.FactRejected(_logger, topic, record.Partition, record.Offset, rejection.Reason, rejection.Message);
        _rejected.Add(_stages.DeadLetterOf(topic, record, rejection));
        if (_rejected.Count >= MostRejected) Bury(cancellationToken);
    }

    /// <summary>Every process that reads the topic writes them, and the first has written them. The barrier waits for Postgres as it does for Kafka.</summary>
    void Bury(CancellationToken cancellationToken)
    {
        _sink.BuryAsync(_rejected, cancellationToken).GetAwaiter().GetResult();
        _rejected.Clear();
    }

    bool TryAddLabel(in ConsumedRecord record, out Rejection rejection)
    {
        if (!_stages.Decoder.TryDecode(record, out Label label, out rejection)) return false;
        Facts.Add(label, record.Stamp);
        return true;
    }

    bool TryAddActivity(in ConsumedRecord record, out Rejection rejection)
    {
        _newestFactStep = Math.Max(_newestFactStep, record.Stamp.Step(_stepLength));
        if (!MerchantActivityJson.TryDecode(record.Value, record.Stamp, out var activity, out rejection)) return false;
        Facts.Add(activity, record.Stamp);
        return true;
    }
}
