using System.Diagnostics;
using System.Diagnostics.Metrics;
using Vigil.Ingest;

namespace Vigil;

/// <summary>The pipeline's metrics, on the meter named <see cref="MeterName"/>; the stages have meters of their own.</summary>
sealed class ScoringTelemetry
{
    internal const string MeterName = "Vigil.Scoring";

    readonly Counter<long> _records, _fallbacks;
    readonly Histogram<double> _latency;

    public ScoringTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _records = meter.CreateCounter<long>("fraud.scoring.records", "{record}", "Records behind the stored cursors, by outcome: scored, observed (replayed silently), repeated or rejected");
        _fallbacks = meter.CreateCounter<long>("fraud.scoring.fallbacks", "{score}", "Scores given by the transaction's features alone, because the encoder gave no number");
        _latency = meter.CreateHistogram("fraud.scoring.latency", "s", "From a transaction's append to Kafka to the commit of its score's cursor in Postgres",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300] });
    }

    internal void Stored(ScoredRun run, Instant committed)
    {
        Count("observed", run.Observed);
        Count("repeated", run.Repeated);
        Count("scored", run.Appended.Count);
        Count("rejected", run.DeadLetters.Count);
        if (run.Fallbacks > 0) _fallbacks.Add(run.Fallbacks);
        foreach (var appended in run.Appended) _latency.Record((committed - appended).TotalSeconds);
    }

    void Count(string outcome, long records)
    {
        if (records > 0) _records.Add(records, new TagList { { "outcome", outcome } });
    }
}
