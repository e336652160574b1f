using System.Diagnostics;
using System.Text;

namespace Vigil.Tests;

/// <summary>The real program with a verb, its output kept; killed where a test leaves it running.</summary>
sealed class VigilProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly StringBuilder _errors = new();
    readonly StringBuilder _output = new();

    VigilProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    internal int Id => _process.Id;

    internal string Errors => Read(_errors);

    internal string Output => Read(_output);

    internal static VigilProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    internal static VigilProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = VigilProgram.StartInfo(arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        start.Environment.Remove("VIGIL_POSTGRES");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Writes its whole standard input.</summary>
    internal async Task WriteAsync(string input)
    {
        await _process.StandardInput.WriteAsync(input);
        _process.StandardInput.Close();
    }

    /// <summary>Runs to the end.</summary>
    internal async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Sends a signal by its name: INT, TERM, KILL.</summary>
    internal async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    static void Append(StringBuilder lines, string? line)
    {
        lock (lines) lines.AppendLine(line);
    }

    static string Read(StringBuilder lines)
    {
        lock (lines) return lines.ToString();
    }
}
