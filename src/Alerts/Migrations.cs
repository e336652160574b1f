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

    static string[] Scripts => [.. typeof(Migrations).Assembly.GetManifestResourceNames().Where(IsScript).Order(StringComparer.Ordinal)];

    /// <summary>Runs the scripts that have not run yet. Safe when several processes start together.</summary>
    /// <param name="connectionString">Of a user that may create tables.</param>
    /// <param name="cancellationToken">Ends the wait for another process; a script that has begun is finished.</param>
    /// <returns>The names of the scripts that this call ran, in order.</returns>
    /// <exception cref="PostgresUnavailableException">No server answers, it refuses, or a script failed.</exception>
    public static Task<IReadOnlyList<string>> RunAsync(string connectionString, CancellationToken cancellationToken = default) =>
        RunAsync(new AlertsOptions { ConnectionString = connectionString }, cancellationToken);

    /// <summary>Runs the scripts that have not run yet. Safe when several processes start together.</summary>
    /// <param name="options">The connection, of a user that may create tables.</param>
    /// <param name="cancellationToken">Ends the wait for another process; a script that has begun is finished.</param>
    /// <returns>The names of the scripts that this call ran, in order.</returns>
    /// <exception cref="PostgresUnavailableException">No server answers, it refuses, or a script failed.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(AlertsOptions options, CancellationToken cancellationToken = default)
    {
        var settings = FirstConnection.Parse(options);
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

    /// <summary>
    /// What a service does at its start: nothing where every script of this build has run (more may have: scripts only add, so that an older build goes on
    /// beside a newer one), else it runs them, where the options and its user's rights allow it.
    /// </summary>
    /// <exception cref="PostgresUnavailableException">No server answers, it refuses, or scripts are missing that this process may not run.</exception>
    public static async Task EnsureAsync(AlertsOptions options, CancellationToken cancellationToken = default)
    {
        try
        {
            if (await IsUpToDateAsync(options, cancellationToken)) return;
        }
        catch (Exception error) when (TransientFaults.Contains(error))
        {
            throw FirstConnection.Refused(FirstConnection.Parse(options), error); // it was lost meanwhile
        }
        await RunAsync(options, cancellationToken);
    }

    /// <returns>False where scripts are missing that this process may run.</returns>
    static async Task<bool> IsUpToDateAsync(AlertsOptions options, CancellationToken cancellationToken)
    {
        await using var connection = await FirstConnection.OpenAsync(new NpgsqlConnection(FirstConnection.Parse(options).ConnectionString), cancellationToken);
        string[] missing = await MissingAsync(connection, cancellationToken);
        if (missing.Length > 0 && (!options.Migrate || !await MayMigrateAsync(connection, cancellationToken)))
            throw new PostgresUnavailableException(
                $"Postgres at {connection.Host}:{connection.Port} (database {connection.Database}) lacks {string.Join(", ", missing)}, and this process "
                + $"{(options.Migrate ? "may not create tables" : "is told not to migrate (Vigil:Alerts:Migrate)")}. "
                + "Run: vigil migrate, as a member of vigil_admin");
        return missing.Length == 0;
    }

    static async Task<string[]> MissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand($"SELECT coalesce(array_agg(scriptname::text), '{{}}') FROM public.{Journal}", connection);
            return [.. Scripts.Except((string[])(await command.ExecuteScalarAsync(cancellationToken))!)];
        }
        catch (PostgresException answer) when (answer.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return Scripts;
        }
        catch (PostgresException answer) when (answer.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new PostgresUnavailableException(
                $"Postgres at {connection.Host}:{connection.Port} (database {connection.Database}): {answer.MessageText}. "
                + $"Make the user a member: GRANT vigil_writer TO {connection.UserName}", answer);
        }
    }

    static async Task<bool> MayMigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT has_schema_privilege('public', 'CREATE')
               AND NOT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass($1) AND NOT pg_has_role(relowner, 'USAGE'))
            """, connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = $"public.{Journal}" } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    static List<string> Upgrade(NpgsqlConnectionStringBuilder settings)
    {
        var result = DeployChanges.To.PostgresqlDatabase(settings.ConnectionString)
            .WithScriptsEmbeddedInAssembly(typeof(Migrations).Assembly, IsScript)
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

    static bool IsScript(string resource) => resource.EndsWith(".sql", StringComparison.Ordinal);
}
