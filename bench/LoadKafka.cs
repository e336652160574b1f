using System.Globalization;
using Vigil.Tests.Support;

namespace Vigil.Bench;

/// <summary>A real Kafka: the one that VIGIL_BENCH_KAFKA names, or one that a script of the folder <c>shared</c> beside the repository starts.</summary>
sealed class LoadKafka : IAsyncDisposable
{
    const string Program = "kafka/kafka";

    readonly string? _folder;

    LoadKafka(string address, string? folder) => (Address, _folder) = (address, folder);

    /// <summary>host:port.</summary>
    internal string Address { get; }

    /// <summary>The broker's process; null where it is somebody else's.</summary>
    internal int? ProcessId => _folder is null ? null : int.Parse(File.ReadAllText(Path.Combine(_folder, "pid")), CultureInfo.InvariantCulture);

    /// <exception cref="InvalidOperationException">There is none; the message says what to do.</exception>
    internal static async Task<LoadKafka> StartAsync()
    {
        if (BenchSetting.Text("KAFKA") is { } named) return new(named, null);
        string script = Repository.Shared(Program)
            ?? throw new InvalidOperationException("bench/run load needs a real Kafka: set VIGIL_BENCH_KAFKA to its address, host:port.");
        string folder = Directory.CreateTempSubdirectory("vigil-load-").FullName;
        return new((await Script.RunAsync(script, "start", folder)).Trim(), folder);
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is null) return;
        await Script.RunAsync(Repository.Shared(Program)!, "stop", _folder);
        Directory.Delete(_folder, recursive: true);
    }
}
