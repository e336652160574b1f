using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Vigil.Tests;

public sealed class SandboxTests
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killing_the_program_leaves_neither_its_processes_nor_its_folder()
    {
        SkipUnlessLinux();
        string report = Path.Combine(Directory.CreateTempSubdirectory("vigil-test-").FullName, "report");
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            Environment = { [SandboxHolder.ReportVariable] = report },
        };
        using var program = Process.Start(start)!;
        await WaitUntilAsync(() => File.Exists(report) || program.HasExited);
        Assert.False(program.HasExited, "the program that was to be killed ended by itself");
        string[] lines = await File.ReadAllLinesAsync(report, Cancellation);
        Directory.Delete(Path.GetDirectoryName(report)!, recursive: true);
        var processes = lines[1..].Select(line => ProcessIdentity.Of(int.Parse(line, CultureInfo.InvariantCulture))!.Value).ToList();
        Assert.True(File.Exists(Path.Combine(lines[0], "file")));

        program.Kill();

        await WaitUntilAsync(() => !Directory.Exists(lines[0]));
        Assert.All(processes, process => Assert.False(process.IsAlive, $"process {process.Id} is left"));
    }

    [Fact]
    public async Task Disposing_ends_the_children_and_their_children_and_deletes_the_folder()
    {
        SkipUnlessLinux();
        var sandbox = await Sandbox.CreateAsync(Cancellation);
        using var family = SandboxHolder.Start(SandboxHolder.Family);
        sandbox.Adopt(family);
        int grandchild = int.Parse(await SandboxHolder.FirstLineAsync(family), CultureInfo.InvariantCulture);
        var identity = ProcessIdentity.Of(grandchild);
        Assert.NotNull(identity);

        await sandbox.DisposeAsync();

        Assert.True(family.HasExited);
        await WaitUntilAsync(() => !identity.Value.IsAlive);
        Assert.False(Directory.Exists(sandbox.Folder));
    }

    [Fact]
    public async Task A_killed_keeper_is_made_up_for_on_dispose()
    {
        SkipUnlessLinux();
        var sandbox = await Sandbox.CreateAsync(Cancellation);
        using var before = SandboxHolder.Start(["/bin/sleep", "1000"]);
        sandbox.Adopt(before);
        using (var keeper = Process.GetProcessById(sandbox.KeeperId)) keeper.Kill();
        using var after = SandboxHolder.Start(["/bin/sleep", "1000"]);
        sandbox.Adopt(after);

        await sandbox.DisposeAsync();

        Assert.True(before.HasExited);
        Assert.True(after.HasExited);
        Assert.False(Directory.Exists(sandbox.Folder));
    }

    [Fact]
    public async Task Only_this_user_may_enter_the_folder_and_no_two_are_the_same()
    {
        SkipUnlessLinux();
        await using var one = await Sandbox.CreateAsync(Cancellation);
        await using var other = await Sandbox.CreateAsync(Cancellation);
        Assert.NotEqual(one.Folder, other.Folder);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(one.Folder));
    }

    [Fact]
    public async Task A_keeper_survives_the_signals_that_are_meant_for_its_parent()
    {
        SkipUnlessLinux();
        await using var sandbox = await Sandbox.CreateAsync(Cancellation);
        int keeper = sandbox.KeeperId;
        foreach (string signal in (string[])["-INT", "-HUP", "-TERM"])
        {
            using var kill = Process.Start("/bin/kill", [signal, keeper.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(Cancellation);
            Assert.Equal(0, kill.ExitCode);
        }
        using var child = SandboxHolder.Start(["/bin/sleep", "1000"]);
        sandbox.Adopt(child);
        Assert.NotNull(ProcessIdentity.Of(keeper));
        await sandbox.DisposeAsync();
        Assert.True(child.HasExited);
    }

    [Fact]
    public void A_recycled_process_id_is_not_the_same_process()
    {
        SkipUnlessLinux();
        using var process = SandboxHolder.Start(["/bin/sleep", "1000"]);
        var real = ProcessIdentity.Of(process.Id)!.Value;
        var recycled = real with { Start = real.Start - 1 };

        recycled.Kill();
        Assert.False(recycled.IsAlive);
        Assert.True(real.IsAlive);

        Assert.Equal(real, ProcessIdentity.Parse(real.ToString()));
        real.Kill();
        process.WaitForExit();
        Assert.False(real.IsAlive);
    }

    static void SkipUnlessLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "the child processes of these tests are Linux commands");

    static async Task WaitUntilAsync(Func<bool> reached)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(_patience);
        while (!reached()) await Task.Delay(50, deadline.Token);
    }
}
