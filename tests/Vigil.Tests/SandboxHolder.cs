using System.Diagnostics;
using Vigil.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestPipelineStartup(typeof(SandboxHolder))]

namespace Vigil.Tests;

/// <summary>
/// Makes the test program, when it is started with <see cref="ReportVariable"/>, one that holds a sandbox with children until it is
/// killed, instead of running tests: a program for <see cref="SandboxTests"/> to kill.
/// </summary>
public sealed class SandboxHolder : ITestPipelineStartup
{
    public const string ReportVariable = "VIGIL_TEST_HOLD_SANDBOX_AND_REPORT_TO";

    /// <summary>A child that leads its own process group and has a child of its own, whose id it prints.</summary>
    public static readonly string[] Family = ["/usr/bin/setsid", "/bin/sh", "-c", "sleep 1000 & echo $!; wait"];

    /// <summary>A child that cannot be asked to end.</summary>
    public static readonly string[] Stubborn = ["/bin/sh", "-c", "trap '' TERM; echo $$; while true; do sleep 0.1; done"];

    public async ValueTask StartAsync(IMessageSink diagnosticMessageSink)
    {
        if (Environment.GetEnvironmentVariable(ReportVariable) is not { } report) return;
        await using var sandbox = await Sandbox.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(sandbox.Folder, "file"), "");
        var family = Start(Family);
        var stubborn = Start(Stubborn);
        sandbox.Adopt(family);
        sandbox.Adopt(stubborn);
        string[] lines = [sandbox.Folder, $"{family.Id}", await FirstLineAsync(family), await FirstLineAsync(stubborn)];
        await File.WriteAllLinesAsync(report + ".part", lines);
        File.Move(report + ".part", report);
        await Task.Delay(Timeout.Infinite);
    }

    public ValueTask StopAsync() => ValueTask.CompletedTask;

    public static Process Start(string[] command) =>
        Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;

    public static async Task<string> FirstLineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("a child of the sandbox ended at once");
}
