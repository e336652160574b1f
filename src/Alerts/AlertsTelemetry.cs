using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Vigil.Alerts;

/// <summary>The metrics of this stage, on the meter named <see cref="MeterName"/>.</summary>
public sealed class AlertsTelemetry
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Vigil.Alerts";

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
