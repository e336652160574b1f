using System.Diagnostics;
using Vigil.Alerts;
using Vigil.Features;

namespace Vigil;

/// <summary>The snapshots of this process's partitions: taken one at a time, in turn, and put back when a partition is assigned.</summary>
sealed class Snapshots : IAsyncDisposable
{
    /// <summary>
    /// How long after a revocation a partition's last snapshot may be stored; the next owner waits for it, and would read the log for longer.
    /// </summary>
    static readonly TimeSpan s_last = TimeSpan.FromSeconds(3);

    readonly ISnapshotStore? _store;
    readonly TimeSpan _interval;
    readonly TimeProvider _clock;
    readonly SnapshotTelemetry _telemetry;
    readonly ILogger<Snapshots> _logger;
    PartitionSnapshot? _current;

    /// <exception cref="PostgresUnavailableException">The connection string cannot be read.</exception>
    public Snapshots(ScoringStages stages, SnapshotTelemetry telemetry, ILogger<Snapshots> logger)
    {
        _store = stages.Options.Snapshots.CreateStore(stages.Options.Alerts);
        (_interval, _clock, _telemetry, _logger) = (stages.Options.Snapshots.Interval, stages.Clock, telemetry, logger);
    }

    /// <summary>Whether there is a store.</summary>
    internal bool IsOn => _store is not null;

    /// <summary>Whether a snapshot is on its way, so that <see cref="Advance"/> should be called often.</summary>
    internal bool IsUnderWay => _current is not null;

    /// <summary>
    /// Finds the newest snapshot that can stand for a partition's log up to the cursor. Whatever is wrong with one is logged, and the one before is tried.
    /// </summary>
    /// <param name="expected">What the snapshot must be of; its next offset is the cursor.</param>
    /// <param name="low">The log's first offset: a snapshot of an earlier one leaves a gap.</param>
    /// <param name="create">Makes a state that has seen nothing.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The state and its next offset; null where the log must be read from its first record.</returns>
    internal async Task<(PartitionState State, long NextOffset)?> RestoreAsync(
        SnapshotHeader expected, long low, Func<PartitionState> create, CancellationToken cancellationToken)
    {
        if (_store is null) return null;
        var partition = new StreamPartition(expected.StreamId, expected.Topic, expected.Partition);
        foreach (long offset in await ListAsync(partition, cancellationToken))
        {
            long started = _clock.GetTimestamp();
            var state = create();
            try
            {
                if (offset < low) throw new InvalidDataException($"its next offset is {offset}, and Kafka has dropped the records before {low}");
                await _store.ReadAsync(partition, offset, async (stream, token) =>
                {
                    var snapshot = await SnapshotReader.OpenAsync(stream, token);
                    snapshot.Header.EnsureUsable(expected);
                    if (snapshot.Header.NextOffset != offset)
                        throw new InvalidDataException($"its next offset is {snapshot.Header.NextOffset}, expected {offset}");
                    await state.RestoreAsync(snapshot, token);
                }, cancellationToken);
            }
            catch (Exception error) when (error is InvalidDataException or SnapshotStoreException)
            {
                _telemetry.Refused();
                Log.SnapshotRefused(_logger, partition, offset, error.Message);
                continue;
            }
            _telemetry.Restored(_clock.GetElapsedTime(started));
            Log.SnapshotRestored(_logger, partition, offset, state.Features.Cards, _clock.GetElapsedTime(started));
            return (state, offset);
        }
        return null;
    }

    /// <summary>Whether one is due, so that everything should be stored before <see cref="Advance"/>: it begins no other.</summary>
    internal bool IsDue(IReadOnlyDictionary<int, ScoringPartition> owned) => _store is not null && _current is null && Due(owned).Any();

    /// <summary>
    /// Goes on with the snapshot on its way, gives it up where its partition is gone, or begins that of the partition that has waited longest. Called between
    /// batches.
    /// </summary>
    /// <param name="owned">The partitions as they are now.</param>
    internal void Advance(IReadOnlyDictionary<int, ScoringPartition> owned)
    {
        if (_store is null) return;
        if (_current is not null && !(owned.TryGetValue(_current.Header.Partition, out var partition) && partition.HasBegun(_current))) GiveUp(_current);
        _current ??= BeginDue(_store, owned);
        if (_current is null) return;
        _current.Advance();
        if (!_current.IsBehind && !_current.Stored.IsCompleted) return;
        End(_current);
        _current = BeginDue(_store, owned);
    }

    /// <summary>
    /// Takes the snapshot of a partition that goes, everything of which is stored, so that its next owner need not replay. It is given up where it is
    /// not stored in time.
    /// </summary>
    /// <param name="partition">That was revoked.</param>
    /// <param name="revokedAt">When, as Stopwatch counts.</param>
    internal async Task TakeLastAsync(ScoringPartition partition, long revokedAt)
    {
        if (_store is null) return;
        var underWay = _current is not null && partition.HasBegun(_current) ? _current : null;
        if (underWay is not null && underWay.Header.NextOffset != partition.NextOffset)
        {
            GiveUp(underWay);
            underWay = null;
        }
        if ((underWay ?? partition.TryBeginSnapshot(_store)) is not { } last) return;
        await last.FinishAsync(s_last - Stopwatch.GetElapsedTime(revokedAt));
        End(last);
    }

    /// <summary>Closes the store's connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_current is not null) GiveUp(_current);
        if (_store is IAsyncDisposable store) await store.DisposeAsync();
    }

    async Task<IReadOnlyList<long>> ListAsync(StreamPartition partition, CancellationToken cancellationToken)
    {
        try
        {
            return await _store!.ListAsync(partition, cancellationToken);
        }
        catch (SnapshotStoreException error)
        {
            _telemetry.Refused();
            Log.SnapshotsNotListed(_logger, partition, error.Message);
            return [];
        }
    }

    PartitionSnapshot? BeginDue(ISnapshotStore store, IReadOnlyDictionary<int, ScoringPartition> owned)
    {
        foreach (var partition in Due(owned).OrderByDescending(partition => partition.SinceSnapshot))
        {
            if (partition.TryBeginSnapshot(store) is { } snapshot) return snapshot;
        }
        return null;
    }

    IEnumerable<ScoringPartition> Due(IReadOnlyDictionary<int, ScoringPartition> owned) =>
        owned.Values.Where(partition => partition.IsNewSinceSnapshot && partition.SinceSnapshot >= _interval);

    void End(PartitionSnapshot snapshot)
    {
        var (partition, offset) = (snapshot.Header.Partition, snapshot.Header.NextOffset);
        if (snapshot.Stored.Exception?.InnerException is SnapshotStoreException error)
        {
            _telemetry.Failed("store");
            Log.SnapshotFailed(_logger, partition, offset, error.Message);
        }
        else if (snapshot.IsBehind)
        {
            _telemetry.Failed("behind");
            Log.SnapshotBehind(_logger, partition, offset);
        }
        else
        {
            long bytes = snapshot.Stored.GetAwaiter().GetResult(); // whatever else has failed is a defect, and is thrown
            _telemetry.Stored(bytes, snapshot.Elapsed);
            Log.SnapshotStored(_logger, partition, offset, bytes, snapshot.Elapsed);
        }
        GiveUp(snapshot);
    }

    void GiveUp(PartitionSnapshot snapshot)
    {
        snapshot.Dispose();
        if (_current == snapshot) _current = null;
    }
}
