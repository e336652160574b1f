using Xunit;

namespace Vigil.Tests.Support;

/// <summary>
/// A real schema registry for the whole run of a test project: the one that VIGIL_TEST_REGISTRY names, or the one of <c>shared/registry</c> beside the
/// repository.
/// </summary>
public sealed class RealRegistry : IAsyncDisposable
{
    const string Variable = "VIGIL_TEST_REGISTRY";

    readonly SemaphoreSlim _starting = new(1);
    string? _folder;
    string? _address;

    /// <summary>Its address; the test is skipped where there is none.</summary>
    public async Task<string> AddressAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named) return named;
        string? script = Repository.Shared("registry/registry");
        Assert.SkipWhen(script is null, $"needs a real schema registry: set {Variable}=http://host:port");
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _folder ??= Directory.CreateTempSubdirectory("vigil-test-registry-").FullName;
            return _address ??= (await Script.RunAsync(script!, "start", _folder)).Trim();
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is null) return;
        await Script.RunAsync(Repository.Shared("registry/registry")!, "stop", _folder);
        Directory.Delete(_folder, recursive: true);
    }
}
