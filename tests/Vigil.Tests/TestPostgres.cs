using Npgsql;
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

    /// <summary>Makes another database of the same server, migrated: where the same log is to be scored once more.</summary>
    /// <returns>Its connection string.</returns>
    internal async Task<string> CreateDatabaseAsync()
    {
        string name = $"again_{Guid.NewGuid():N}";
        await using (var server = NpgsqlDataSource.Create(ConnectionString))
        await using (var create = server.CreateCommand($"CREATE DATABASE {name}"))
            await create.ExecuteNonQueryAsync();
        string created = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
        await Migrations.RunAsync(created);
        return created;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
