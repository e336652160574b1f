using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Vigil.Ingest;

namespace Vigil;

/// <summary>The pipeline's metrics, on the meter named <see cref="MeterName"/>; the stages have meters of their own.</summary>
sealed class ScoringTelemetry
{
    internal const string MeterName = "Vigil.Scoring";

    /// <summary>Narrow where targets lie.</summary>
    static readonly double[] s_latencies =
    [
        .001, .002, .003, .004, .005, .006, .008, .01, .012, .015, .02, .025, .03, .04, .05, .075, .1, .15, .25, .5, 1, 2.5, 5, 10, 30, 60, 300,
    ];

    /// <summary>Tags of each stage, made once.</summary>
    static readonly KeyValuePair<string, object?>[] s_stages =
        [.. Enum.GetNames<ScoringStage>().Select(name => new KeyValuePair<string, object?>("stage", name.ToLowerInvariant()))];

    readonly Counter<long> _records, _fallbacks, _shed, _lookups;
    readonly Histogram<double> _latency, _stage;
    readonly ConcurrentDictionary<int, PartitionSize> _sizes = [];

    public ScoringTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _records = meter.CreateCounter<long>("fraud.scoring.records", "{record}",
            "Records behind the stored cursors, by outcome: scored, unscored (by the overload policy), observed (replayed silently), repeated or rejected");
        _fallbacks = meter.CreateCounter<long>("fraud.scoring.fallbacks", "{score}",
            "Scores given by the transaction's features alone, because the encoder gave no number");
        _shed = meter.CreateCounter<long>("fraud.scoring.shed", "{transaction}",
            "Transactions that the overload policy kept from the encoder, by policy: features (judged by them alone) or unscored");
        _lookups = meter.CreateCounter<long>("fraud.scoring.cache.lookups", "{lookup}",
            "Scores by the state of their card's encoder cache: hit, segment (one had ended) or rebuild");
        _latency = meter.CreateHistogram("fraud.scoring.latency", "s", "From a transaction's append to Kafka to the commit of its score's cursor in Postgres",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_latencies });
        _stage = meter.CreateHistogram("fraud.scoring.stage.duration", "s",
            "What a stage took for one run of records of one partition; publish and flush: for one flush",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.00001, .00003, .0001, .0003, .001, .003, .01, .03, .1, .3, 1, 3, 10, 60] });
        meter.CreateObservableGauge("fraud.scoring.cards", () => Sizes(size => size.Cards), "{card}", "Cards with a history, by partition");
        meter.CreateObservableGauge("fraud.scoring.tokens", () => Sizes(size => size.TokenBytes), "By",
            "What the encoder's caches can be rebuilt from, by partition");
        meter.CreateObservableGauge("fraud.scoring.cache", () => Sizes(size => size.CacheBytes), "By", "The encoder's caches, by partition");
    }

    internal void Stored(ScoredRun run, Instant committed)
    {
        Count("observed", run.Observed);
        Count("repeated", run.Repeated);
        Count("scored", run.Appended.Count);
        Count("unscored", run.Unscored);
        Count("rejected", run.DeadLetters.Count);
        Shed("features", run.Judged);
        Shed("unscored", run.Unscored);
        if (run.Fallbacks > 0) _fallbacks.Add(run.Fallbacks);
        LookedUp("hit", run.CacheUse.Hits);
        LookedUp("segment", run.CacheUse.Segments);
        LookedUp("rebuild", run.CacheUse.Rebuilds);
        foreach (var appended in run.Appended) _latency.Record((committed - appended).TotalSeconds);
    }

    /// <summary>What a stage took of one run of records, or of one flush.</summary>
    internal void Took(ScoringStage stage, TimeSpan duration) => _stage.Record(duration.TotalSeconds, s_stages[(int)stage]);

    /// <summary>What the stages took of a run; the barrier of facts only where there was one.</summary>
    internal void Took(StageTimes times)
    {
        for (var stage = ScoringStage.Facts; stage <= ScoringStage.Score; stage++)
        {
            if (stage > ScoringStage.Facts || times.Of(stage) > TimeSpan.Zero) Took(stage, times.Of(stage));
        }
    }

    /// <summary>How much a partition holds now.</summary>
    internal void Holds(int partition, PartitionSize size) => _sizes[partition] = size;

    /// <summary>The partition went away with its state.</summary>
    internal void Dropped(int partition) => _sizes.TryRemove(partition, out _);

    void Count(string outcome, long records)
    {
        if (records > 0) _records.Add(records, new KeyValuePair<string, object?>("outcome", outcome));
    }

    void Shed(string policy, long transactions)
    {
        if (transactions > 0) _shed.Add(transactions, new KeyValuePair<string, object?>("policy", policy));
    }

    void LookedUp(string result, long lookups)
    {
        if (lookups > 0) _lookups.Add(lookups, new KeyValuePair<string, object?>("result", result));
    }

    IEnumerable<Measurement<long>> Sizes(Func<PartitionSize, long> of) =>
        _sizes.Select(entry => new Measurement<long>(of(entry.Value), new KeyValuePair<string, object?>("partition", entry.Key)));
}
