using Vigil.Ingest;

namespace Vigil;

/// <summary>What the pipeline has stored so far, for metrics and screens. Safe to read while the pipeline runs.</summary>
sealed class ScoringProgress(ScoringTelemetry telemetry)
{
    readonly Lock _lock = new();
    readonly LatencyHistogram _latency = new();
    ProgressCounts _counts;

    /// <summary>Where measurements go.</summary>
    internal ScoringTelemetry Telemetry => telemetry;

    /// <summary>Counts a run that is in Postgres; latency is from each transaction's append to Kafka to <paramref name="committed"/>.</summary>
    internal void Stored(ScoredRun run, Instant committed)
    {
        telemetry.Stored(run, committed);
        lock (_lock)
        {
            _counts = new(
                _counts.Observed + run.Observed,
                _counts.Repeated + run.Repeated,
                _counts.Scored + run.Appended.Count,
                _counts.Unscored + run.Unscored,
                _counts.Alerts + run.Alerts.Count,
                _counts.DeadLetters + run.DeadLetters.Count);
            foreach (var appended in run.Appended) _latency.Record(committed - appended);
        }
    }

    /// <summary>The counts at this moment.</summary>
    internal ProgressCounts Counts
    {
        get { lock (_lock) return _counts; }
    }

    /// <summary>Percentiles of the latency over everything scored so far.</summary>
    /// <param name="shares">0 to 1 each.</param>
    internal TimeSpan[] Latency(params ReadOnlySpan<double> shares)
    {
        var latencies = new TimeSpan[shares.Length];
        lock (_lock)
        {
            for (int i = 0; i < shares.Length; i++) latencies[i] = _latency.Percentile(shares[i]);
        }
        return latencies;
    }
}

/// <summary>Records behind the stored cursors, by what became of them.</summary>
/// <param name="Observed">Remembered silently: history, or below the cursor that was found.</param>
/// <param name="Repeated">Of a transaction that had come before: neither scored nor remembered again.</param>
/// <param name="Scored">Scored.</param>
/// <param name="Unscored">Left unscored by the overload policy.</param>
/// <param name="Alerts">Of the scored, those that are alerts.</param>
/// <param name="DeadLetters">Not transactions.</param>
readonly record struct ProgressCounts(long Observed, long Repeated, long Scored, long Unscored, long Alerts, long DeadLetters)
{
    internal long Records => Observed + Repeated + Scored + Unscored + DeadLetters;
}
