using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Vigil.Alerts;

/// <summary>
/// The metrics of this stage, on the meter named <see cref="MeterName"/>, and its spans, of the source named <see cref="ActivitySourceName"/>.
/// </summary>
public sealed class AlertsTelemetry
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Vigil.Alerts";

    /// <summary>The name of the source of spans: claim and flush, with Npgsql's own below them.</summary>
    public const string ActivitySourceName = "Vigil.Alerts";

    static readonly ActivitySource s_activities = new(ActivitySourceName);

    readonly Histogram<double> _flushDuration;
    readonly Counter<long> _alerts;
    readonly Counter<long> _deadLetters;
    readonly Counter<long> _retries;
    readonly Counter<long> _fenced;

    /// <summary>Makes the instruments.</summary>
    public AlertsTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _flushDuration = meter.CreateHistogram("fraud.alerts.flush.duration", "s",
            "From handing batches over to knowing their outcome, retries included",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60],
            });
        _alerts = meter.CreateCounter<long>("fraud.alerts.committed", "{alert}", "Alerts committed");
        _deadLetters = meter.CreateCounter<long>("fraud.alerts.dead_letters", "{record}", "Dead letters committed");
        _retries = meter.CreateCounter<long>("fraud.alerts.retries", "{attempt}", "Attempts to reach Postgres after a transient failure");
        _fenced = meter.CreateCounter<long>("fraud.alerts.fenced", "{batch}", "Batches dropped because their partition has another owner");
    }

    /// <summary>The span of taking a partition over, attempts and waiting included; null while nobody traces.</summary>
    internal static Activity? StartClaim(StreamPartition partition) =>
        s_activities.StartActivity("claim")?
            .SetTag("messaging.destination.name", partition.Topic)
            .SetTag("messaging.destination.partition.id", partition.Partition);

    /// <summary>The span of one flush, attempts and waiting included; null while nobody traces.</summary>
    internal static Activity? StartFlush(IReadOnlyList<PartitionBatch> batches) => s_activities.StartActivity("flush")?
        .SetTag("fraud.partitions", batches.Count)
        .SetTag("fraud.scored", batches.Sum(batch => batch.Scored))
        .SetTag("fraud.alerts", batches.Sum(batch => batch.Alerts.Count))
        .SetTag("fraud.dead_letters", batches.Sum(batch => batch.DeadLetters.Count));

    internal void Flushed(TimeSpan duration) => _flushDuration.Record(duration.TotalSeconds);

    internal void Settled(PartitionBatch batch, FlushOutcome outcome)
    {
        if (outcome == FlushOutcome.Fenced) _fenced.Add(1);
        else
        {
            _alerts.Add(batch.Alerts.Count);
            foreach (var reason in batch.DeadLetters.CountBy(letter => letter.ReasonCode))
                _deadLetters.Add(reason.Value, new TagList { { "reason", reason.Key } });
        }
    }

    internal void Retrying() => _retries.Add(1);
}
