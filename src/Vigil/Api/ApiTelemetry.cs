using System.Diagnostics.Metrics;
using Vigil.Ingest;

namespace Vigil.Api;

/// <summary>The API's metrics, on the meter named <see cref="MeterName"/>.</summary>
sealed class ApiTelemetry
{
    internal const string MeterName = "Vigil.Api";

    /// <summary>Tags of each reason, made once; without a reason a score is the encoder's.</summary>
    static readonly KeyValuePair<string, object?>[] s_outcomes = [.. Enum.GetValues<ScoreReason>().Select(reason =>
        new KeyValuePair<string, object?>("outcome", reason == ScoreReason.None ? "scored" : $"{reason}".ToLowerInvariant()))];

    readonly Counter<long> _answers;
    readonly Histogram<double> _duration;

    public ApiTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _answers = meter.CreateCounter<long>("fraud.api.answers", "{transaction}",
            "Transactions answered, by outcome: scored, fallback, overload, deadline (unscored by then) or repeated");
        _duration = meter.CreateHistogram("fraud.api.duration", "s", "From a request's arrival to its answer, refused ones left out",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.001, .0025, .005, .01, .02, .03, .05, .075, .1, .25, .5, 1, 2.5, 10] });
    }

    internal void Answered(Score[] scores, TimeSpan duration)
    {
        foreach (var score in scores) _answers.Add(1, s_outcomes[(int)score.Reason]);
        _duration.Record(duration.TotalSeconds);
    }
}
