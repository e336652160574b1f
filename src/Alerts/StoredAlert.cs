namespace Vigil.Alerts;

/// <summary>An alert as the table holds it.</summary>
/// <param name="Id">Short handle; grows with insertion, not with commit, and has gaps.</param>
/// <param name="Alert">The alert.</param>
/// <param name="CommittedAt">When the row was written, by the server's clock.</param>
public sealed record StoredAlert(long Id, Alert Alert, DateTimeOffset CommittedAt);

/// <summary>What the tables say about one stream, counted by query and not by the pipeline.</summary>
/// <param name="Scored">Transactions behind the cursors, from when each partition was first claimed.</param>
/// <param name="Alerts">Rows in alert.</param>
/// <param name="DeadLetters">Rows in dead_letter.</param>
/// <param name="Duplicates">Alert rows beyond one per transaction id; 0 unless the stream itself repeats a transaction.</param>
/// <param name="Miscounted">Rows that the cursors counted and the tables do not have, or the reverse; 0 unless something wrote past the
/// fence.</param>
public sealed record StreamCounts(long Scored, long Alerts, long DeadLetters, long Duplicates, long Miscounted);

/// <summary>How long alerts took from the log's append to their row, over all alerts of a stream.</summary>
/// <param name="Count">How many alerts; 0 makes the rest zero.</param>
/// <param name="P50">Median.</param>
/// <param name="P95">95th percentile.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="P999">99.9th percentile.</param>
public sealed record AlertLatency(long Count, TimeSpan P50, TimeSpan P95, TimeSpan P99, TimeSpan P999);
