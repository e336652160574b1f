namespace Vigil.Alerts;

/// <summary>
/// Where snapshots of partitions' state are kept between runs: a folder, or Postgres for hosts without a shared disk. What is in a snapshot is its writer's
/// business. A snapshot appears whole or not at all. Any number of threads; of one partition, one writer at a time.
/// </summary>
public interface ISnapshotStore
{
    /// <summary>Snapshots of a partition that are kept: the newest two, so that the one before is there when the newest turns out to be damaged.</summary>
    const int Kept = 2;

    /// <summary>The offsets that a partition's snapshots stand for, newest first.</summary>
    /// <exception cref="SnapshotStoreException">The store cannot be used.</exception>
    Task<IReadOnlyList<long>> ListAsync(StreamPartition partition, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stores a snapshot, in place of one of the same offset, and drops those beyond <see cref="Kept"/>, and those of later offsets: a partition that stands at
    /// an earlier one was set back, and they would outlive all that it writes.
    /// </summary>
    /// <param name="partition">Whose it is.</param>
    /// <param name="nextOffset">The first offset that it has not seen; not negative.</param>
    /// <param name="write">Writes the snapshot; when it throws, nothing is stored, and the exception passes through.</param>
    /// <param name="cancellationToken">Ends the writing; nothing is stored then.</param>
    /// <exception cref="SnapshotStoreException">The store cannot be used, or is full.</exception>
    Task WriteAsync(StreamPartition partition, long nextOffset, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken = default);

    /// <summary>Reads a snapshot.</summary>
    /// <param name="partition">Whose it is.</param>
    /// <param name="nextOffset">One that <see cref="ListAsync"/> gave.</param>
    /// <param name="read">Reads it from its first byte; its exceptions pass through.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SnapshotStoreException">The store cannot be used, or no longer has it.</exception>
    Task ReadAsync(StreamPartition partition, long nextOffset, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default);
}
