using Xunit;

namespace Vigil.Tests.Support;

/// <summary>
/// A real server for the whole run of a test project: the one that an environment variable names, or one that a script of the folder <c>shared</c> beside the
/// repository starts when a test first asks for it.
/// </summary>
/// <param name="what">Its name, for a skipped test's reason.</param>
/// <param name="variable">The environment variable that holds the address of a running one.</param>
/// <param name="script">Path below <c>shared</c>; it knows start FOLDER, which prints the address, and stop FOLDER.</param>
public abstract class RealServer(string what, string variable, string script) : IAsyncDisposable
{
    readonly SemaphoreSlim _starting = new(1);
    string? _folder;
    string? _address;

    /// <summary>Its address; the test is skipped where there is none.</summary>
    public async Task<string> AddressAsync()
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named) return named;
        string? program = Repository.Shared(script);
        Assert.SkipWhen(program is null, $"needs a real {what}: set {variable} to its address");
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _folder ??= Directory.CreateTempSubdirectory("vigil-test-").FullName;
            return _address ??= (await Script.RunAsync(program!, "start", _folder)).Trim();
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _starting.Dispose();
        if (_folder is null) return;
        await Script.RunAsync(Repository.Shared(script)!, "stop", _folder);
        Directory.Delete(_folder, recursive: true);
    }
}
