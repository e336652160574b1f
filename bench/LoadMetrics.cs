using System.Globalization;
using System.Text.RegularExpressions;

namespace Vigil.Bench;

/// <summary>The metrics of all workers at one moment, added up by their series.</summary>
sealed partial class LoadMetrics
{
    const string Latency = "fraud_scoring_latency_seconds_bucket", Stages = "fraud_scoring_stage_duration_seconds_sum";
    const string Records = "fraud_scoring_records_total";

    readonly Dictionary<(string Name, string Label), double> _values = [];

    /// <summary>What happened between two moments.</summary>
    public static LoadMetrics operator -(LoadMetrics later, LoadMetrics earlier)
    {
        var between = new LoadMetrics();
        foreach (var (series, value) in later._values) between._values[series] = value - earlier._values.GetValueOrDefault(series);
        return between;
    }

    internal static async Task<LoadMetrics> ReadAsync(IEnumerable<BenchWorker> workers)
    {
        using var client = new HttpClient();
        var metrics = new LoadMetrics();
        foreach (var worker in workers)
        {
            string text = await client.GetStringAsync(new Uri($"{worker.Address}/metrics"));
            foreach (Match line in Line().Matches(text))
            {
                var series = (line.Groups["name"].Value, line.Groups["label"].Value);
                metrics._values[series] = metrics._values.GetValueOrDefault(series) + double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture);
            }
        }
        return metrics;
    }

    /// <summary>What a stage took.</summary>
    internal TimeSpan Stage(string stage) => TimeSpan.FromSeconds(_values.GetValueOrDefault((Stages, stage)));

    /// <summary>Transactions scored and stored.</summary>
    internal double Scored => _values.GetValueOrDefault((Records, "scored"));

    /// <summary>How many latencies were measured.</summary>
    internal double Latencies => _values.GetValueOrDefault((Latency, "+Inf"));

    /// <summary>The latency that a share of all stayed at or below: within its bucket by a straight line, as Prometheus does.</summary>
    internal TimeSpan LatencyAt(double share)
    {
        double wanted = share * Latencies, below = 0, from = 0;
        foreach (var (to, count) in _values.Where(value => value.Key.Name == Latency && value.Key.Label != "+Inf")
            .Select(value => (To: double.Parse(value.Key.Label, CultureInfo.InvariantCulture), Count: value.Value)).OrderBy(bucket => bucket.To))
        {
            if (count >= wanted) return TimeSpan.FromSeconds(from + ((to - from) * (wanted - below) / Math.Max(1, count - below)));
            (below, from) = (count, to);
        }
        return TimeSpan.FromSeconds(from);
    }

    /// <summary>A series with the one label that tells it from its like.</summary>
    [GeneratedRegex("""^(?<name>fraud_[a-z_]+)\{[^}]*?(?:le|stage|outcome)="(?<label>[^"]*)"[^}]*\} (?<value>\S+)""", RegexOptions.Multiline)]
    private static partial Regex Line();
}
