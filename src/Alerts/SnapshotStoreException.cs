namespace Vigil.Alerts;

/// <summary>A store of snapshots cannot be used, or is full. Scoring goes on without it.</summary>
/// <param name="message">What was tried and what failed.</param>
/// <param name="inner">The failure behind it.</param>
public sealed class SnapshotStoreException(string message, Exception? inner = null) : Exception(message, inner);
