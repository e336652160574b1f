using Vigil.Alerts;
using Vigil.Tests;
using Vigil.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(TestPostgres))]
[assembly: AssemblyFixture(typeof(RealKafka))]

namespace Vigil.Tests;

/// <summary>One private, migrated Postgres for the whole run; tests share it under stream ids of their own.</summary>
public sealed class TestPostgres : IAsyncLifetime
{
    PostgresServer? _server;

    internal string ConnectionString => _server!.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        var options = new PostgresServerOptions { ConnectionString = null, Sources = PostgresSources.All & ~PostgresSources.Given };
        _server = await PostgresServer.FindOrStartAsync(options, _ => { });
        await Migrations.RunAsync(ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
