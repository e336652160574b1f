using System.Diagnostics;
using Vigil.Alerts;
using Vigil.Features;
using Vigil.Model;
using Xunit;

namespace Vigil.Tests;

public sealed class PartitionSnapshotTests
{
    static readonly Checkpoint s_checkpoint = Checkpoint.Load(new ScoringOptions().Checkpoint);
    static readonly SnapshotHeader s_header = new() { Options = new(), Model = "m", StreamId = "s", Topic = "t", Partition = 0, NextOffset = 1 };

    [Fact]
    public void A_store_that_hangs_costs_the_snapshot_and_holds_the_stream_once_for_a_moment()
    {
        var state = new PartitionState(new(new(new()), new()), s_checkpoint.NewScorer());
        Observe(state, transactions: 200_000); // 110 MB, more than the queue holds
        using var snapshot = new PartitionSnapshot(state, s_header, new Store(Timeout.InfiniteTimeSpan), TimeProvider.System);
        for (int i = 0; i < 100_000; i++) snapshot.Advance();
        Assert.False(snapshot.IsBehind); // slices leave room for what must be copied at once
        long started = Stopwatch.GetTimestamp();
        Observe(state, transactions: 20_000);
        Assert.True(snapshot.IsBehind);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromMilliseconds(240), TimeSpan.FromSeconds(30));
        Assert.False(snapshot.Stored.IsCompleted);
    }

    [Fact]
    public async Task A_store_that_fails_costs_the_snapshot_alone()
    {
        var state = new PartitionState(new(new(new()), new()), s_checkpoint.NewScorer());
        Observe(state, transactions: 20_000);
        using var snapshot = new PartitionSnapshot(state, s_header, new Store(TimeSpan.Zero), TimeProvider.System);
        await Assert.ThrowsAsync<SnapshotStoreException>(() => snapshot.Stored);
        snapshot.Advance();
        Observe(state, transactions: 20_000);
        Assert.False(snapshot.IsBehind);
    }

    [Fact]
    public void A_slice_ends_when_its_time_is_over()
    {
        var state = new PartitionState(new(new(new()), new()), s_checkpoint.NewScorer());
        Observe(state, transactions: 20_000);
        var clock = new SteppingClock(TimeSpan.FromMilliseconds(.1));
        using var snapshot = new PartitionSnapshot(state, s_header, new Store(Timeout.InfiniteTimeSpan), clock);
        long before = clock.Looks;
        snapshot.Advance();
        Assert.InRange(clock.Looks - before, 10, 12); // once as it begins, then once a card, for a millisecond
    }

    [Fact]
    public async Task A_last_snapshot_is_stored_at_once_or_given_up_when_its_time_is_over()
    {
        var state = new PartitionState(new(new(new()), new()), s_checkpoint.NewScorer());
        Observe(state, transactions: 200_000); // 110 MB, more than the queue holds
        string folder = Directory.CreateTempSubdirectory("vigil-last-").FullName;
        using (var last = new PartitionSnapshot(state, s_header, new FolderSnapshotStore(folder), TimeProvider.System))
        {
            await last.FinishAsync(TimeSpan.FromMinutes(1));
            Assert.True(await last.Stored > 0);
        }
        Directory.Delete(folder, recursive: true);
        using var hanging = new PartitionSnapshot(state, s_header, new Store(Timeout.InfiniteTimeSpan), TimeProvider.System);
        await hanging.FinishAsync(TimeSpan.FromMilliseconds(50));
        Assert.True(hanging.IsBehind);
        Assert.False(hanging.Stored.IsCompleted);
        using var failing = new PartitionSnapshot(state, s_header, new Store(TimeSpan.FromMilliseconds(200)), TimeProvider.System);
        await failing.FinishAsync(TimeSpan.FromDays(1)).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken); // with a full queue
        Assert.False(failing.IsBehind);
        Assert.True(failing.Stored.IsFaulted);
    }

    static void Observe(PartitionState state, int transactions)
    {
        var vector = new FeatureVector();
        for (int i = 0; i < transactions; i++)
        {
            (vector.Card, vector.EventTimeMicroseconds) = ((UInt128)(i % 20_000), i);
            state.Scorer.Observe(vector);
        }
    }

    /// <summary>Goes on by the same time whenever it is looked at.</summary>
    sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        internal long Looks { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ++Looks * step.Ticks;
    }

    /// <summary>Takes nothing, and fails after a time.</summary>
    sealed class Store(TimeSpan after) : ISnapshotStore
    {
        public Task<IReadOnlyList<long>> ListAsync(StreamPartition partition, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task WriteAsync(
            StreamPartition partition, long nextOffset, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
        {
            await Task.Delay(after, cancellationToken);
            throw new SnapshotStoreException("full");
        }

        public Task ReadAsync(StreamPartition partition, long nextOffset, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
