using System.Text.Json;
using Vigil.Alerts;

namespace Vigil;

/// <summary>How a demo went, counted by queries to Kafka and Postgres. The JSON names of its members are stable.</summary>
/// <param name="Produced">Live records in Kafka, by its watermarks.</param>
/// <param name="Scored">Transactions scored, by the cursors in Postgres.</param>
/// <param name="Alerts">Alert rows.</param>
/// <param name="DeadLetters">Dead-letter rows.</param>
/// <param name="Lost">Produced, and neither scored nor a dead letter.</param>
/// <param name="Duplicates">Alert rows of a transaction that has one already.</param>
/// <param name="TransactionsPerSecond">Scored over the time from the first live transaction to the last commit.</param>
/// <param name="LatencyMs">From the append to Kafka to the commit in Postgres.</param>
sealed record DemoSummary(
    long Produced, long Scored, long Alerts, long DeadLetters, long Lost, long Duplicates, double TransactionsPerSecond, DemoLatency LatencyMs)
{
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal static DemoSummary Of(long produced, StreamCounts counts, TimeSpan took, ScoringProgress progress) => new(
        produced, counts.Scored, counts.Alerts, counts.DeadLetters, produced - counts.Scored - counts.DeadLetters, counts.Duplicates,
        counts.Scored / took.TotalSeconds, DemoLatency.Of(progress));

    /// <summary>Nothing is missing and nothing is there twice.</summary>
    internal bool IsExact => Lost == 0 && Duplicates == 0;

    internal void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Format) + Environment.NewLine);
}

/// <summary>Percentiles in milliseconds.</summary>
sealed record DemoLatency(double P50, double P95, double P99, double P999)
{
    internal static DemoLatency Of(ScoringProgress progress)
    {
        var latency = progress.Latency(0.5, 0.95, 0.99, 0.999);
        return new(latency[0].TotalMilliseconds, latency[1].TotalMilliseconds, latency[2].TotalMilliseconds, latency[3].TotalMilliseconds);
    }
}
