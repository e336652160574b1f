using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Xunit;

namespace Vigil.Alerts.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class PostgresGuardianTests
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killing_the_program_leaves_neither_its_server_nor_its_folder()
    {
        using var folder = new PostgresTestFolder();
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            Environment = { [PostgresHolder.FolderVariable] = folder.Path },
        };
        using var program = Process.Start(start)!;
        await WaitUntilAsync(() => File.Exists(Path.Combine(folder.Path, "ready")) || program.HasExited);
        Assert.False(program.HasExited, "the program that was to be killed ended by itself");
        int server = ServerIn(Assert.Single(Directory.GetDirectories(folder.Path)));

        program.Kill();

        await WaitUntilAsync(() => Directory.GetDirectories(folder.Path).Length == 0);
        Assert.False(PostgresTestFolder.IsAlive(server));
    }

    [Fact]
    public async Task A_killed_guardian_is_made_up_for_on_dispose()
    {
        using var folder = new PostgresTestFolder();
        var server = await PostgresServer.FindOrStartAsync(folder.PrivateCluster(), _ => { }, Cancellation);
        string own = Assert.Single(Directory.GetDirectories(folder.Path));
        int id = ServerIn(own);
        int guardian = ParentOf(id);
        using (var process = Process.GetProcessById(guardian)) process.Kill();

        await server.DisposeAsync();

        Assert.False(PostgresTestFolder.IsAlive(id));
        Assert.False(Directory.Exists(own));
    }

    [Fact]
    public async Task Binaries_that_fail_give_their_own_words_as_the_reason()
    {
        using var folder = new PostgresTestFolder();
        string initdb = Path.Combine(folder.Path, "initdb");
        await File.WriteAllTextAsync(initdb, "#!/bin/sh\necho 'no room on the disk' >&2\nexit 1\n", Cancellation);
        File.SetUnixFileMode(initdb, (UnixFileMode)0b111_101_101);

        var error = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => PostgresCluster.StartAsync(folder.Path, folder.PrivateCluster(), Cancellation));

        Assert.Contains("no room on the disk", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(folder.Path));
    }

    static int ServerIn(string folder) =>
        int.Parse(File.ReadLines(Path.Combine(folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    static int ParentOf(int id)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the parent of a process is read from /proc");
        string line = File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal));
        return int.Parse(line.AsSpan("PPid:".Length).Trim(), CultureInfo.InvariantCulture);
    }

    static async Task WaitUntilAsync(Func<bool> reached)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(_patience);
        while (!reached()) await Task.Delay(50, deadline.Token);
    }
}
