using DbUp;
using Npgsql;

namespace Vigil.Alerts;

/// <summary>Brings the database's schema up to this build's: the numbered scripts of schemas/sql, each once, each in its own transaction.</summary>
public static class Migrations
{
    /// <summary>The table that remembers which scripts have run.</summary>
    internal const string Journal = "schema_migration";

    // "vigil" in ASCII. Every process that migrates takes this lock first, so the second one finds nothing left to do.
    const long LockKey = 0x766967696C;

    /// <summary>Runs the scripts that have not run yet. Safe when several processes start together.</summary>
    /// <param name="connectionString">Of a user that may create tables.</param>
    /// <param name="cancellationToken">Ends the wait for another process; a script that has begun is finished.</param>
    /// <returns>The names of the scripts that this call ran, in order.</returns>
    /// <exception cref="PostgresUnavailableException">No server answers, it refuses, or a script failed.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        var settings = FirstConnection.Parse(connectionString);
        // Not pooled: closing the connection is what gives the lock back, whatever happens in between.
        settings.Pooling = false;
        await using var connection = await FirstConnection.OpenAsync(new NpgsqlConnection(settings.ConnectionString), cancellationToken);
        await using var wait = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection)
        {
            CommandTimeout = 0,
            Parameters = { new NpgsqlParameter<long> { TypedValue = LockKey } },
        };
        await wait.ExecuteNonQueryAsync(cancellationToken);
        return await Task.Run(() => Upgrade(settings), CancellationToken.None);
    }

    static List<string> Upgrade(NpgsqlConnectionStringBuilder settings)
    {
        var result = DeployChanges.To.PostgresqlDatabase(settings.ConnectionString)
            .WithScriptsEmbeddedInAssembly(typeof(Migrations).Assembly, name => name.EndsWith(".sql", StringComparison.Ordinal))
            .JournalToPostgresqlTable("public", Journal)
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (result.Successful) return [.. result.Scripts.Select(script => script.Name)];
        throw new PostgresUnavailableException(
            $"Migration {result.ErrorScript?.Name ?? "(before the first script)"} failed and was rolled back: {result.Error.Message}. "
            + $"Run it as a user that may create tables in database {settings.Database}.",
            result.Error);
    }
}
