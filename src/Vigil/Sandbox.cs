using System.Diagnostics;

namespace Vigil;

/// <summary>
/// What one run has outside its own process: a private temporary folder and child processes. All of it is gone when the sandbox is
/// disposed, and equally when this process crashes or is killed: a keeper process waits at the end of a pipe and tidies up when it closes.
/// </summary>
/// <remarks>Create one before anything is started, and dispose it last. Nothing in it has a fixed name, so any number may exist at once.</remarks>
public sealed class Sandbox : IAsyncDisposable
{
    static readonly TimeSpan _keeperTimeout = TimeSpan.FromSeconds(30);

    readonly Process _keeper;
    readonly SandboxInventory _inventory;
    bool _disposed;

    Sandbox(Process keeper, string folder)
    {
        _keeper = keeper;
        _inventory = new SandboxInventory(folder);
    }

    /// <summary>The temporary folder, empty at first; only this user may enter it.</summary>
    public string Folder => _inventory.Folder;

    internal int KeeperId => _keeper.Id;

    /// <summary>Starts the keeper, which makes the folder.</summary>
    /// <param name="cancellationToken">Gives up waiting for the keeper, which then ends.</param>
    /// <exception cref="IOException">The keeper ended before it had made the folder; its own message is on standard error.</exception>
    public static async Task<Sandbox> CreateAsync(CancellationToken cancellationToken = default)
    {
        var start = VigilProgram.StartInfo(SandboxKeeper.Verb);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        var keeper = Process.Start(start)!;
        try
        {
            // The keeper makes the folder, not this process: else a kill between making it and handing it over would leave it behind.
            string folder = await keeper.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new IOException($"'{start.FileName} {SandboxKeeper.Verb}' ended before it had made a temporary folder in {Path.GetTempPath()}");
            return new(keeper, folder);
        }
        catch
        {
            keeper.StandardInput.Close();
            keeper.Dispose();
            throw;
        }
    }

    /// <summary>Makes a child process one that ends with the sandbox, together with its process group if it leads one.</summary>
    /// <param name="child">A process that this process has started. One that has ended already is ignored.</param>
    public void Adopt(Process child)
    {
        ArgumentNullException.ThrowIfNull(child);
        Adopt(child.Id);
    }

    /// <inheritdoc cref="Adopt(Process)"/>
    /// <param name="processId">The id of a child of this process, so that it cannot have been recycled yet.</param>
    public void Adopt(int processId)
    {
        if (ProcessIdentity.Of(processId) is not { } identity) return;
        lock (_inventory)
        {
            _inventory.Children.Add(identity);
            try
            {
                _keeper.StandardInput.WriteLine(identity);
                _keeper.StandardInput.Flush();
            }
            catch (IOException) when (_keeper.WaitForExit(_keeperTimeout)) // somebody killed it: this process then tidies up itself
            {
            }
        }
    }

    /// <summary>Ends the children that are still alive and deletes the folder.</summary>
    /// <exception cref="IOException">The folder could not be deleted.</exception>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        using var deadline = new CancellationTokenSource(_keeperTimeout);
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        _keeper.Dispose();
        _inventory.TidyUp(); // nothing is left to do here unless the keeper was killed
    }
}
