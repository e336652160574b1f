namespace Vigil.Alerts;

/// <summary>The right to move one partition's cursor, until somebody else claims the partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Epoch">From 1, one higher with every claim of the partition.</param>
/// <param name="NextOffset">The first offset that has not been scored: where to start; records below it rebuild state and emit nothing.</param>
public sealed record PartitionClaim(StreamPartition Partition, long Epoch, long NextOffset);
