using System.Diagnostics;

namespace Vigil.Faults.Tests;

/// <summary>One <c>vigil serve</c>, started again whenever it ends while it is wanted, as an orchestrator does. What it says goes to files.</summary>
sealed class Worker(string name, string folder, IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Stopped before it had begun, or before Postgres had answered; or before it could even listen to signals.</summary>
    const int Interrupted = 130, Terminated = 143;

    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);

    readonly Lock _lock = new();
    Process? _process;
    Task _supervision = Task.CompletedTask;
    volatile bool _isWanted;
    bool _wasKilled;
    int _starts;

    readonly List<string> _failures = [];

    /// <summary>
    /// What it said last, for every time that it did not end in order once it had joined the group, and nobody had killed it. What it needs to begin with may
    /// be away: then it says so and is started again.
    /// </summary>
    internal IReadOnlyList<string> Failures => _failures;

    internal bool IsWanted => _isWanted;

    string LogFile => Path.Combine(folder, $"{name}-{_starts}.log");

    internal void Start()
    {
        _isWanted = true;
        _supervision = SuperviseAsync();
    }

    /// <summary>How many lines of all that it has said hold a text.</summary>
    internal int CountSaid(string text) =>
        Directory.EnumerateFiles(folder, $"{name}-*.log").Sum(file => File.ReadLines(file).Count(line => line.Contains(text, StringComparison.Ordinal)));

    /// <summary>Sends a signal by its name: KILL, STOP, CONT, TERM.</summary>
    internal async Task SignalAsync(string signal)
    {
        int id;
        lock (_lock)
        {
            if (_process is null || _process.HasExited) return;
            _wasKilled |= signal is "KILL";
            id = _process.Id;
        }
        using var kill = Process.Start("kill", [$"-{signal}", $"{id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Has it leave the group in order, and waits for its end; one that does not end is killed, and counts as a failure.</summary>
    internal async Task StopAsync()
    {
        _isWanted = false;
        await SignalAsync("CONT");
        await SignalAsync("TERM");
        if (await Task.WhenAny(_supervision, Task.Delay(s_patience)) != _supervision)
        {
            _failures.Add($"{name} did not end");
            await SignalAsync("KILL");
        }
        await _supervision;
    }

    async Task SuperviseAsync()
    {
        while (_isWanted)
        {
            lock (_lock) (_process, _wasKilled) = (Begin(), false);
            await _process.WaitForExitAsync();
            bool isInOrder = _wasKilled || _process.ExitCode == 0 || (!_isWanted && _process.ExitCode is (Interrupted or Terminated))
                || (_process.ExitCode == UserError.ExitCode && !File.ReadAllText(LogFile).Contains("as a member of the group", StringComparison.Ordinal));
            if (!isInOrder) _failures.Add($"{name} ended with {_process.ExitCode}: {File.ReadLines(LogFile).LastOrDefault()}");
            if (_isWanted) await Task.Delay(s_pause);
        }
    }

    /// <summary>The shell puts the output into files and becomes the program: its id is the program's.</summary>
    Process Begin()
    {
        _starts++;
        var vigil = VigilProgram.StartInfo();
        string command = $"exec \"$0\" serve --listen http://127.0.0.1:0 >{LogFile} 2>&1";
        var start = new ProcessStartInfo("/bin/sh", ["-c", command, vigil.FileName]) { WorkingDirectory = folder };
        foreach (var (variable, value) in vigil.Environment.Concat(environment.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))))
            start.Environment[variable] = value;
        return Process.Start(start)!;
    }
}
