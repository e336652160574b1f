using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Vigil.Ingest;

namespace Vigil.Bench;

/// <summary>One <c>vigil serve</c>, with the settings that it ships with, those of a bench aside.</summary>
sealed class BenchWorker : IAsyncDisposable
{
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    readonly Process _process;
    readonly Task<string> _output, _errors;

    BenchWorker(Process process, string address)
    {
        (_process, Address) = (process, address);
        (_output, _errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    /// <summary>Where its metrics are.</summary>
    internal string Address { get; }

    internal int ProcessId => _process.Id;

    /// <param name="kafka">The broker and the names.</param>
    /// <param name="postgres">The connection string.</param>
    /// <param name="settings">Further ones, by the names that environment variables have.</param>
    internal static BenchWorker Start(IngestOptions kafka, string postgres, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        string address = $"http://127.0.0.1:{FreePort()}";
        var start = VigilProgram.StartInfo("serve", "--listen", address);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        start.Environment["Vigil__Kafka__BootstrapServers"] = kafka.BootstrapServers;
        start.Environment["Vigil__Kafka__Embedded"] = $"{kafka.Embedded}";
        start.Environment["Vigil__Kafka__TransactionsTopic"] = kafka.TransactionsTopic;
        start.Environment["Vigil__Kafka__LabelsTopic"] = kafka.LabelsTopic;
        start.Environment["Vigil__Kafka__ActivityTopic"] = kafka.ActivityTopic;
        start.Environment["Vigil__Kafka__ScoresTopic"] = kafka.ScoresTopic;
        start.Environment["Vigil__Kafka__Group"] = kafka.Group;
        start.Environment["VIGIL_POSTGRES"] = postgres;
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return new(Process.Start(start)!, address);
    }

    /// <summary>Waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    internal async Task UntilItAnswersAsync()
    {
        using var client = new HttpClient();
        while (true)
        {
            ThrowIfEnded();
            try
            {
                await client.GetStringAsync(new Uri($"{Address}/healthz"));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(s_pause); // it does not listen yet
            }
        }
    }

    /// <exception cref="InvalidOperationException">It has ended; the message holds what it said.</exception>
    internal void ThrowIfEnded()
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"vigil serve ended with {_process.ExitCode}:{Environment.NewLine}{_errors.Result}{_output.Result}");
    }

    /// <summary>Stops it as an operator does: it drains, stores and leaves the group.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await kill.WaitForExitAsync();
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
