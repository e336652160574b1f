using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Vigil.Alerts.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(Database))]

namespace Vigil.Alerts.Tests;

/// <summary>One Postgres for the whole run, with one migrated database that tests share under stream ids of their own.</summary>
public sealed class Database : IAsyncLifetime
{
    static int _names;
    PostgresServer? _server;

    /// <summary>The server's own database, without any table of ours.</summary>
    internal string Server => _server!.ConnectionString;

    /// <summary>The migrated database.</summary>
    internal string Shared { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        // Never the server that somebody named: tests leave databases and roles behind.
        var options = new PostgresServerOptions { ConnectionString = null, Sources = PostgresSources.All & ~PostgresSources.Given };
        _server = await PostgresServer.FindOrStartAsync(options, _ => { });
        Shared = await CreateMigratedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null) await _server.DisposeAsync();
    }

    internal static StreamPartition NewPartition(int partition = 0) => new($"stream-{Interlocked.Increment(ref _names)}", "card-transactions", partition);

    /// <summary>A database of the test's own, for what would disturb others.</summary>
    internal async Task<string> CreateAsync()
    {
        string name = $"vigil_test_{Environment.ProcessId}_{Interlocked.Increment(ref _names)}";
        await ExecuteAsync(Server, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(Server) { Database = name }.ConnectionString;
    }

    internal async Task<string> CreateMigratedAsync()
    {
        string connectionString = await CreateAsync();
        await Migrations.RunAsync(connectionString);
        return connectionString;
    }

    internal AlertSink NewSink() => NewSink(Shared);

    internal AlertReader NewReader() => new(new AlertsOptions { ConnectionString = Shared });

    internal static AlertSink NewSink(string connectionString, AlertsTelemetry? telemetry = null, TimeSpan? attemptTimeout = null) =>
        new(FastOptions(connectionString, attemptTimeout ?? TimeSpan.FromSeconds(30)), telemetry ?? new AlertsTelemetry(new Meters()), TimeProvider.System,
            NullLogger<AlertSink>.Instance);

    static AlertsOptions FastOptions(string connectionString, TimeSpan attemptTimeout) => new()
    {
        ConnectionString = connectionString,
        AttemptTimeout = attemptTimeout,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        MaxRetryDelay = TimeSpan.FromMilliseconds(100),
        CircuitBreak = TimeSpan.FromMilliseconds(500),
    };

    internal static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    internal static async Task<T> QueryAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
