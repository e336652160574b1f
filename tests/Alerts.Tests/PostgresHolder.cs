using System.Runtime.Versioning;
using Vigil.Alerts.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestPipelineStartup(typeof(PostgresHolder))]

namespace Vigil.Alerts.Tests;

/// <summary>
/// Makes the test program, when it is started with <see cref="FolderVariable"/>, one that holds a private cluster until it is killed,
/// instead of running tests: a program for <see cref="PostgresGuardianTests"/> to kill.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class PostgresHolder : ITestPipelineStartup
{
    public const string FolderVariable = "VIGIL_TEST_HOLD_CLUSTER_IN";

    public async ValueTask StartAsync(IMessageSink diagnosticMessageSink)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { } folder) return;
        var options = new PostgresServerOptions { ConnectionString = null, TemporaryFolder = folder };
        await using var server = await PostgresServer.FindOrStartAsync(options, _ => { });
        await File.WriteAllTextAsync(Path.Combine(folder, "ready"), "");
        await Task.Delay(Timeout.Infinite);
    }

    public ValueTask StopAsync() => ValueTask.CompletedTask;
}
