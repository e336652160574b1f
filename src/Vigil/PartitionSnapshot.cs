using System.Threading.Channels;
using Vigil.Alerts;
using Vigil.Features;

namespace Vigil;

/// <summary>
/// One snapshot on its way: the pipeline's thread copies the state in slices between batches, and a card's part just before it changes; another thread packs
/// and stores the blocks. Between the two lie at most <see cref="QueuedBlocks"/>.
/// </summary>
sealed class PartitionSnapshot : IDisposable
{
    const int QueuedBlocks = 64;

    /// <summary>Slices stop at half of the queue, so that what must be copied at once finds room.</summary>
    const int SlicedBlocks = QueuedBlocks / 2;

    /// <summary>How long a slice may hold the pipeline.</summary>
    static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(1);

    /// <summary>How long a store that does not keep up may hold the pipeline, once; then the snapshot is given up.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    readonly PartitionState _state;
    readonly TimeProvider _clock;
    readonly Channel<SnapshotBlock> _blocks = Channel.CreateUnbounded<SnapshotBlock>(new() { SingleReader = true, SingleWriter = true });
    readonly SemaphoreSlim _room = new(QueuedBlocks);
    readonly CancellationTokenSource _stop = new();
    readonly Task<long> _storing;
    readonly long _started;
    bool _isCopied;

    /// <summary>Begins a snapshot of the state as it is now.</summary>
    internal PartitionSnapshot(PartitionState state, SnapshotHeader header, ISnapshotStore store, TimeProvider clock)
    {
        (_state, _clock, Header) = (state, clock, header);
        _started = clock.GetTimestamp();
        _storing = Task.Run(() => StoreAsync(header, store), CancellationToken.None);
        state.BeginCopy(Take);
    }

    internal SnapshotHeader Header { get; }

    /// <summary>Whether it is of this state, and not of one that the partition had before it went and came back.</summary>
    internal bool IsOf(PartitionState state) => state == _state;

    /// <summary>Whether the store did not keep up.</summary>
    internal bool IsBehind { get; private set; }

    /// <summary>How long it has taken so far.</summary>
    internal TimeSpan Elapsed => _clock.GetElapsedTime(_started);

    /// <summary>The bytes stored; completed when all is over, with the store's exception where it failed.</summary>
    internal Task<long> Stored => _storing;

    /// <summary>Copies a slice, where the other thread has room for it.</summary>
    internal void Advance() => Advance(leave: QueuedBlocks - SlicedBlocks);

    /// <summary>Copies and stores what is left, while the stream waits; where that takes longer than it may, it is behind.</summary>
    internal async Task FinishAsync(TimeSpan patience)
    {
        for (long started = _clock.GetTimestamp(); !IsBehind && !_storing.IsCompleted;)
        {
            Advance(leave: 0);
            var left = patience - _clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) IsBehind = true;
            else if (_isCopied) await Task.WhenAny(_storing, Task.Delay(left));
            else if (await _room.WaitAsync(left)) _room.Release(); // there is room, or nobody makes room any more
        }
    }

    void Advance(int leave)
    {
        long started = _clock.GetTimestamp();
        while (!_isCopied && !IsBehind && !_storing.IsCompleted && _room.CurrentCount > leave && _clock.GetElapsedTime(started) < s_slice)
        {
            _isCopied = !_state.CopyNext(); // A card's context may be 100 KB: some 16 of them between two looks at the clock would be milliseconds.
        }
        if (_isCopied && !IsBehind) _blocks.Writer.TryComplete();
    }

    /// <summary>Gives it up where it is not stored yet.</summary>
    public void Dispose()
    {
        _state.EndCopy();
        _stop.Cancel();
        _blocks.Writer.TryComplete();
    }

    void Take(SnapshotBlock block)
    {
        bool isLost = IsBehind || _storing.IsCompleted;
        if (!isLost && !_room.Wait(s_patience)) isLost = IsBehind = true;
        if (isLost || !_blocks.Writer.TryWrite(block)) block.Return();
    }

    async Task<long> StoreAsync(SnapshotHeader header, ISnapshotStore store)
    {
        long written = 0;
        try
        {
            await store.WriteAsync(new(header.StreamId, header.Topic, header.Partition), header.NextOffset, async (stream, token) =>
            {
                using var writer = new SnapshotWriter(stream);
                await writer.WriteAsync(header, token);
                await foreach (var block in _blocks.Reader.ReadAllAsync(token))
                {
                    await writer.WriteAsync(block, token);
                    block.Return();
                    _room.Release();
                }
                token.ThrowIfCancellationRequested(); // a queue that was completed because the snapshot is given up is no whole snapshot
                await writer.CompleteAsync(token);
                written = writer.Written;
            }, _stop.Token);
        }
        finally
        {
            _room.Release(QueuedBlocks); // whoever waits for room waits in vain
        }
        return written;
    }
}
