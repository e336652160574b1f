using System.Diagnostics;

namespace Vigil;

/// <summary>
/// The embedded broker in a process of its own. It ends when this process does, however that ends: it reads a pipe from here and stops when the pipe closes.
/// </summary>
sealed class BrokerProcess : IAsyncDisposable
{
    readonly Process _process;

    BrokerProcess(Process process, string bootstrapServers)
    {
        _process = process;
        BootstrapServers = bootstrapServers;
    }

    /// <summary>Where clients connect to.</summary>
    internal string BootstrapServers { get; }

    /// <summary>Starts a broker with the given topics, each NAME:PARTITIONS, and waits until it has said its address.</summary>
    /// <exception cref="UserError">It ended before it did.</exception>
    internal static async Task<BrokerProcess> StartAsync(IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        var start = VigilProgram.StartInfo(["broker", BrokerCommand.UntilInputEnds, .. topics.SelectMany(topic => new[] { "--topic", topic })]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        string? address = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return address is null ? throw new UserError("The embedded broker did not start; its own message stands above.") : new(process, address);
    }

    /// <summary>Ends the broker.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
