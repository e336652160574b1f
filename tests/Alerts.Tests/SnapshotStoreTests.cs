using System.Diagnostics;
using System.Text;
using Xunit;

namespace Vigil.Alerts.Tests;

/// <summary>Both stores keep the same promises.</summary>
public sealed class SnapshotStoreTests(Database database) : IAsyncDisposable
{
    readonly string _folder = Path.Combine(Path.GetTempPath(), $"vigil-snapshots-{Guid.NewGuid():N}");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<bool> Stores => [false, true];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task What_was_written_is_read_whatever_its_length(bool postgres)
    {
        var store = Store(postgres);
        var partition = Database.NewPartition(3);
        foreach (int length in new[] { 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000 })
        {
            byte[] bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            await store.WriteAsync(partition, length, (stream, token) => WriteInPartsAsync(stream, bytes, token), Cancellation);
            Assert.Equal(bytes, await ReadAsync(store, partition, length));
        }
        Assert.Equal([5_000_000, (1 << 20) + 1], await store.ListAsync(partition, Cancellation));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task The_newest_two_are_kept_and_those_beyond_a_cursor_that_was_set_back_are_not(bool postgres)
    {
        var store = Store(postgres);
        var (partition, other) = (Database.NewPartition(), Database.NewPartition());
        Assert.Empty(await store.ListAsync(partition, Cancellation));
        await WriteAsync(store, other, 7, "other");
        foreach (long offset in new[] { 5, 10, 20, 1_000_000_000_000 }) await WriteAsync(store, partition, offset, "x");
        Assert.Equal([1_000_000_000_000, 20], await store.ListAsync(partition, Cancellation));
        await WriteAsync(store, partition, 12, "x");
        Assert.Equal([12], await store.ListAsync(partition, Cancellation));
        await WriteAsync(store, partition, 12, "again");
        Assert.Equal([12], await store.ListAsync(partition, Cancellation));
        Assert.Equal("again"u8.ToArray(), await ReadAsync(store, partition, 12));
        Assert.Equal([7], await store.ListAsync(other, Cancellation));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task What_fails_while_it_is_written_leaves_what_was_there(bool postgres)
    {
        var store = Store(postgres);
        var partition = Database.NewPartition();
        await WriteAsync(store, partition, 1, "first");
        await WriteAsync(store, partition, 2, "second");
        await Assert.ThrowsAsync<ArithmeticException>(() => store.WriteAsync(partition, 3, async (stream, token) =>
        {
            await stream.WriteAsync(new byte[3_000_000], token);
            throw new ArithmeticException();
        }, Cancellation));
        Assert.Equal([2, 1], await store.ListAsync(partition, Cancellation));
        Assert.Equal("second"u8.ToArray(), await ReadAsync(store, partition, 2));
        if (!postgres) Assert.Equal(2, Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Length);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_reader_may_stop_early_and_its_exception_passes_through(bool postgres)
    {
        var store = Store(postgres);
        var partition = Database.NewPartition();
        await WriteAsync(store, partition, 1, new string('x', 3_000_000));
        await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadAsync(partition, 1, async (stream, token) =>
        {
            await stream.ReadExactlyAsync(new byte[10], token);
            throw new InvalidDataException();
        }, Cancellation));
        Assert.Equal(3_000_000, (await ReadAsync(store, partition, 1)).Length);
    }

    [Fact]
    public async Task A_process_that_died_while_it_wrote_leaves_nothing_that_counts()
    {
        var store = Store(postgres: false);
        var partition = Database.NewPartition();
        await WriteAsync(store, partition, 1, "first");
        string place = Path.GetDirectoryName(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Single())!;
        await File.WriteAllTextAsync(Path.Combine(place, "9-dead.unfinished"), "half", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(place, "notes.snapshot"), "not ours", Cancellation);
        Assert.Equal([1], await store.ListAsync(partition, Cancellation));
        await WriteAsync(store, partition, 2, "second");
        Assert.Equal(3, Directory.GetFiles(place).Length); // two snapshots, and what is not ours
    }

    [Fact]
    public async Task A_store_that_cannot_be_used_says_so_in_words()
    {
        await File.WriteAllTextAsync(_folder, "a file where the folder should be", Cancellation);
        var partition = Database.NewPartition();
        var failure = await Assert.ThrowsAsync<SnapshotStoreException>(() => WriteAsync(Store(postgres: false), partition, 1, "x"));
        Assert.Contains(_folder, failure.Message);
        await Assert.ThrowsAsync<SnapshotStoreException>(() => ReadAsync(Store(postgres: true), partition, 1));
        await using var away = new PostgresSnapshotStore(new() { ConnectionString = "Host=127.0.0.1;Port=1;Username=nobody" });
        await Assert.ThrowsAsync<SnapshotStoreException>(() => away.ListAsync(partition, Cancellation));
    }

    [Fact]
    public async Task A_full_disk_costs_the_new_snapshot_and_leaves_the_old_ones()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mounting a small disk needs root on Linux");
        Directory.CreateDirectory(_folder);
        Assert.SkipUnless(await ExitCodeAsync("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", _folder) == 0, "this machine lets no disk be mounted");
        try
        {
            var store = Store(postgres: false);
            var partition = Database.NewPartition();
            await WriteAsync(store, partition, 1, new string('x', 1_000_000));
            await Assert.ThrowsAsync<SnapshotStoreException>(() => WriteAsync(store, partition, 2, new string('x', 5_000_000)));
            Assert.Equal([1], await store.ListAsync(partition, Cancellation));
            await WriteAsync(store, partition, 3, new string('y', 1_000_000));
            Assert.Equal([3, 1], await store.ListAsync(partition, Cancellation));
            Assert.Equal(1_000_000, (await ReadAsync(store, partition, 1)).Length);
        }
        finally
        {
            await ExitCodeAsync("umount", _folder);
        }
    }

    public ValueTask DisposeAsync()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        File.Delete(_folder);
        return ValueTask.CompletedTask;
    }

    static async Task<int> ExitCodeAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }

    ISnapshotStore Store(bool postgres)
    {
        var alerts = new AlertsOptions { ConnectionString = database.Shared };
        return new SnapshotOptions { Postgres = postgres, Folder = postgres ? null : _folder }.CreateStore(alerts)!;
    }

    static Task WriteAsync(ISnapshotStore store, StreamPartition partition, long nextOffset, string text) =>
        store.WriteAsync(partition, nextOffset, (stream, token) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), token).AsTask(), Cancellation);

    static async Task WriteInPartsAsync(Stream stream, byte[] bytes, CancellationToken cancellationToken)
    {
        for (int at = 0; at < bytes.Length; at += 300_000) await stream.WriteAsync(bytes.AsMemory(at, Math.Min(300_000, bytes.Length - at)), cancellationToken);
    }

    static async Task<byte[]> ReadAsync(ISnapshotStore store, StreamPartition partition, long nextOffset)
    {
        using var bytes = new MemoryStream();
        await store.ReadAsync(partition, nextOffset, (stream, token) => stream.CopyToAsync(bytes, token), Cancellation);
        return bytes.ToArray();
    }
}
