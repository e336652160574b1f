using Vigil.Alerts;

namespace Vigil;

/// <summary>What the demo's screen shows at one moment.</summary>
/// <param name="Phase">What is going on, in words.</param>
/// <param name="Counts">Since the start.</param>
/// <param name="PerSecond">Scored over the last second or so.</param>
/// <param name="P50">Append to commit, median of all scored.</param>
/// <param name="P99">Likewise, 99th percentile.</param>
/// <param name="Lag">Records in Kafka that are not stored yet.</param>
/// <param name="Latest">The newest alerts, newest first.</param>
sealed record DemoView(
    string Phase, ProgressCounts Counts, double PerSecond, TimeSpan P50, TimeSpan P99, long Lag, IReadOnlyList<StoredAlert> Latest);
