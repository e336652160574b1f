using System.Diagnostics;

namespace Vigil.Tests.Support;

/// <summary>Runs a program to its end and returns what it printed.</summary>
static class Script
{
    internal static async Task<string> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(script, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string? output = await process.StandardOutput.ReadLineAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output ?? "" : throw new InvalidOperationException($"{script} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
