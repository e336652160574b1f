using Microsoft.Extensions.DependencyInjection;
using Vigil.Alerts;
using Vigil.Ingest;
using Vigil.Simulator;
using Xunit;

namespace Vigil.Tests;

/// <summary>The service with snapshots: they shorten the replay, and change no alert, whatever becomes of them.</summary>
public sealed class SnapshotsTests(TestPostgres postgres) : IDisposable
{
    const double Threshold = 0.02;

    static readonly HistoryEvent[] s_history =
        [.. History.Merge(new HandbookWorld(new() { Seed = 9, Customers = 60, Terminals = 150, Days = 30 }).Transactions(), TimeSpan.FromDays(7))];

    static readonly int s_half = s_history.Length / 2;

    readonly string _folder = Path.Combine(Path.GetTempPath(), $"vigil-snapshots-{Guid.NewGuid():N}");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static int Transactions => s_history.Count(happened => happened.Transaction is not null);

    static int FirstHalf => s_history.Take(s_half).Count(happened => happened.Transaction is not null);

    string[] Files => Directory.Exists(_folder) ? Directory.GetFiles(_folder, "*.snapshot", SearchOption.AllDirectories) : [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_replays_only_what_came_after_the_snapshot(bool inPostgres)
    {
        var options = new SnapshotOptions { Folder = inPostgres ? null : _folder, Postgres = inPostgres, Interval = TimeSpan.FromMilliseconds(1) };
        await using var stream = new TestStream(postgres, partitions: 3, Threshold, options);
        await RunFirstHalfAsync(stream, options);
        await RunSecondHalfAsync(stream, mostObserved: 0);
    }

    [Fact]
    public async Task A_stop_leaves_a_snapshot_of_every_partition_at_its_cursor_so_that_a_restart_replays_nothing()
    {
        var options = new SnapshotOptions { Folder = _folder, Interval = TimeSpan.FromDays(1) };
        await using var stream = new TestStream(postgres, partitions: 3, Threshold, options);
        stream.Produce(s_history.Take(s_half));
        await RunAsync(stream, FirstHalf);
        Assert.Equal(
            (await stream.CursorsAsync()).OrderBy(cursor => cursor.Key.Partition).Select(cursor => $"{cursor.Key.Partition}/{cursor.Value:D19}.snapshot"),
            Files.Select(file => $"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)}").Order());
        await RunSecondHalfAsync(stream, mostObserved: 0);
    }

    [Fact]
    public async Task A_damaged_snapshot_costs_a_longer_replay_and_no_alert()
    {
        var options = Options(_folder);
        await using var stream = new TestStream(postgres, partitions: 1, Threshold, options);
        await RunFirstHalfAsync(stream, options);
        Assert.Equal(2, Files.Length);
        Damage(Files.Order().Last());
        await RunSecondHalfAsync(stream, mostObserved: FirstHalf - 1); // from the one before
    }

    [Fact]
    public async Task Where_every_snapshot_is_damaged_the_log_is_read()
    {
        var options = Options(_folder);
        await using var stream = new TestStream(postgres, partitions: 1, Threshold, options);
        await RunFirstHalfAsync(stream, options);
        foreach (string file in Files) Damage(file);
        await RunSecondHalfAsync(stream, mostObserved: FirstHalf);
    }

    [Fact]
    public async Task A_snapshot_under_another_offsets_name_is_not_used()
    {
        var options = Options(_folder);
        await using var stream = new TestStream(postgres, partitions: 1, Threshold, options);
        await RunFirstHalfAsync(stream, options);
        foreach (string file in Files) File.Move(file, Path.Combine(Path.GetDirectoryName(file)!, $"9{Path.GetFileName(file)[1..]}"));
        await RunSecondHalfAsync(stream, mostObserved: FirstHalf);
    }

    [Fact]
    public async Task A_store_that_fails_never_stops_scoring()
    {
        await File.WriteAllTextAsync(_folder, "a file where the folder should be", Cancellation);
        var options = Options(_folder);
        await using var stream = new TestStream(postgres, partitions: 2, Threshold, options);
        stream.Produce(s_history.Take(s_half));
        await RunAsync(stream, FirstHalf);
        await RunSecondHalfAsync(stream, mostObserved: FirstHalf);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        File.Delete(_folder);
    }

    static SnapshotOptions Options(string folder) => new() { Folder = folder, Interval = TimeSpan.FromMilliseconds(1) };

    /// <summary>Until every partition has two snapshots, the newest of the offset at which it stopped.</summary>
    async Task RunFirstHalfAsync(TestStream stream, SnapshotOptions options)
    {
        stream.Produce(s_history.Take(s_half / 2));
        await RunAsync(stream, s_history.Take(s_half / 2).Count(happened => happened.Transaction is not null), options);
        stream.Produce(s_history.Take(s_half).Skip(s_half / 2));
        await RunAsync(stream, FirstHalf, options);
    }

    async Task RunSecondHalfAsync(TestStream stream, int mostObserved)
    {
        stream.Produce(s_history.Skip(s_half));
        long observed = await RunAsync(stream, Transactions);
        Assert.True(observed <= mostObserved, $"{observed} records were replayed, expected at most {mostObserved}");
        if (mostObserved > 0) Assert.True(observed > 0, "a snapshot was used that should not have been");

        var counts = await stream.CountAsync();
        Assert.Equal((Transactions, 0L, 0L, 0L), (counts.Scored, counts.DeadLetters, counts.Duplicates, counts.Miscounted));
        var expected = PlainPipeline.Alerts(s_history, Threshold, stream.Kafka);
        Assert.NotEmpty(expected);
        Assert.Equal(
            expected.Select(alert => (alert.Id, alert.Score)).Order(),
            (await stream.AlertsAsync()).Select(alert => (alert.TransactionId, alert.Score)).Order());
    }

    /// <summary>Runs the service until so many transactions are scored, and every partition's snapshot stands at its cursor.</summary>
    /// <returns>How many records this run has replayed silently.</returns>
    async Task<long> RunAsync(TestStream stream, int scored, SnapshotOptions? awaited = null)
    {
        await using var app = await stream.StartAsync();
        await Polling.UntilAsync(async () => (await stream.CountAsync()).Scored >= scored, () => "the transactions are not scored", Cancellation);
        if (awaited?.CreateStore(new AlertsOptions { ConnectionString = postgres.ConnectionString }) is { } store)
        {
            var cursors = await stream.CursorsAsync();
            await Polling.UntilAsync(() => AreStoredAsync(store, cursors), () => "the snapshots are not stored", Cancellation);
            if (store is IAsyncDisposable disposable) await disposable.DisposeAsync();
        }
        await app.StopAsync(Cancellation);
        return app.Services.GetRequiredService<ScoringProgress>().Counts.Observed;
    }

    static async Task<bool> AreStoredAsync(ISnapshotStore store, IReadOnlyDictionary<StreamPartition, long> cursors)
    {
        foreach (var (partition, cursor) in cursors)
        {
            if (await store.ListAsync(partition, Cancellation) is not [var newest, ..] || newest != cursor) return false;
        }
        return true;
    }

    static void Damage(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
