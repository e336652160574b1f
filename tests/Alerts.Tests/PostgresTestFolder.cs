using System.Diagnostics;
using System.Runtime.Versioning;

namespace Vigil.Alerts.Tests;

/// <summary>A folder that every user may write to, so that a cluster can be seen to come and go in it.</summary>
[UnsupportedOSPlatform("windows")]
sealed class PostgresTestFolder : IDisposable
{
    const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    public PostgresTestFolder()
    {
        Path = Directory.CreateTempSubdirectory("vigil-test-").FullName;
        File.SetUnixFileMode(Path, Everybody);
    }

    public string Path { get; }

    public PostgresServerOptions PrivateCluster() =>
        new() { ConnectionString = null, Sources = PostgresSources.All & ~PostgresSources.Given, TemporaryFolder = Path };

    public static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
