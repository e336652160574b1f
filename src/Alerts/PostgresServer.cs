using Npgsql;

namespace Vigil.Alerts;

/// <summary>
/// A Postgres server to write to: the one that was named, or else a private cluster started for this process from the first server
/// binaries that can be had. The private cluster and its folder are gone when this is disposed or this process ends, however it ends.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    readonly PostgresCluster? _cluster;

    PostgresServer(string connectionString, PostgresCluster? cluster, string origin)
    {
        ConnectionString = connectionString;
        Origin = origin;
        _cluster = cluster;
    }

    /// <summary>Npgsql connection string of a role that may create tables and databases. It holds a password: do not print it.</summary>
    public string ConnectionString { get; }

    /// <summary>Where the server came from, in words for the user and without its password.</summary>
    public string Origin { get; }

    /// <summary>True when the server was started for this process and ends with it.</summary>
    public bool IsPrivate => _cluster is not null;

    /// <summary>
    /// Tries each way of <see cref="PostgresSources"/> in order, says in one line which one it was, and returns a server that answers.
    /// </summary>
    /// <param name="options">What to try.</param>
    /// <param name="say">Called with a line for the user: before anything is installed or downloaded, and when the server answers.</param>
    /// <param name="cancellationToken">Stops the search; a cluster that was being started is ended.</param>
    /// <exception cref="PostgresUnavailableException">The named server does not answer, or no way worked; it gives every reason.</exception>
    public static async Task<PostgresServer> FindOrStartAsync(
        PostgresServerOptions options, Action<string> say, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(say);

        var failures = new List<string>();
        var server = await GivenAsync(options, failures, cancellationToken).ConfigureAwait(false)
            ?? await InstalledAsync(options, failures, cancellationToken).ConfigureAwait(false)
            ?? await PackageAsync(options, say, failures, cancellationToken).ConfigureAwait(false)
            ?? await DownloadAsync(options, say, failures, cancellationToken).ConfigureAwait(false)
            ?? throw new PostgresUnavailableException(
                string.Join(Environment.NewLine,
                [
                    "No Postgres could be found or started. Tried, in this order:", .. failures,
                    "Install a PostgreSQL server, or name a running one.",
                ]));
        say($"Postgres: {server.Origin}");
        return server;
    }

    /// <summary>Ends a private cluster and deletes its folder; a server that was named is left alone.</summary>
    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;

    static async Task<PostgresServer?> GivenAsync(PostgresServerOptions options, List<string> failures, CancellationToken cancellationToken)
    {
        const string Way = "1. a running server (--postgres or VIGIL_POSTGRES)";
        if (Excluded(options, PostgresSources.Given, Way, failures)) return null;
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            failures.Add($"  {Way}: none was named");
            return null;
        }
        try
        {
            var address = new NpgsqlConnectionStringBuilder(options.ConnectionString);
            await using var connection = new NpgsqlConnection(options.ConnectionString);
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new(options.ConnectionString, null,
                $"PostgreSQL {connection.PostgreSqlVersion} at {address.Host}:{address.Port}/{connection.Database}, as named");
        }
        catch (Exception error) when (error is NpgsqlException or ArgumentException or TimeoutException)
        {
            throw new PostgresUnavailableException(
                $"The Postgres server named by --postgres or VIGIL_POSTGRES does not answer: {error.Message}. " +
                "Check the connection string (Host=...;Port=5432;Username=...;Password=...;Database=...), " +
                "or leave it out to have a private server started.",
                error);
        }
    }

    static async Task<PostgresServer?> InstalledAsync(
        PostgresServerOptions options, List<string> failures, CancellationToken cancellationToken)
    {
        const string Way = "2. server binaries on this machine";
        if (Excluded(options, PostgresSources.Installed, Way, failures)) return null;
        var folders = await PostgresBinaries.FindAsync(cancellationToken).ConfigureAwait(false);
        if (folders.Count == 0)
        {
            failures.Add($"  {Way}: pg_config, PATH, {PostgresBinaries.Places} hold no initdb and postgres");
            return null;
        }
        return await TryStartAnyAsync(folders, Way, options, failures, cancellationToken).ConfigureAwait(false);
    }

    static async Task<PostgresServer?> PackageAsync(
        PostgresServerOptions options, Action<string> say, List<string> failures, CancellationToken cancellationToken)
    {
        const string Way = "3. apt-get install postgresql (Debian or Ubuntu, as root)";
        if (Excluded(options, PostgresSources.Package, Way, failures)) return null;
        if (await PostgresPackage.InstallAsync(say, cancellationToken).ConfigureAwait(false) is { } problem)
        {
            failures.Add($"  {Way}: {problem}");
            return null;
        }
        var folders = await PostgresBinaries.FindAsync(cancellationToken).ConfigureAwait(false);
        return await TryStartAnyAsync(folders, Way, options, failures, cancellationToken).ConfigureAwait(false);
    }

    static async Task<PostgresServer?> DownloadAsync(
        PostgresServerOptions options, Action<string> say, List<string> failures, CancellationToken cancellationToken)
    {
        const string Way = "4. published binaries, downloaded once";
        if (Excluded(options, PostgresSources.Download, Way, failures)) return null;
        try
        {
            string folder = await PostgresDownload.InstallAsync(options, say, cancellationToken).ConfigureAwait(false);
            return await TryStartAsync(folder, Way, options, failures, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresUnavailableException error)
        {
            failures.Add($"  {Way}: {error.Message}");
            return null;
        }
    }

    static async Task<PostgresServer?> TryStartAnyAsync(
        IReadOnlyList<string> folders, string way, PostgresServerOptions options, List<string> failures, CancellationToken cancellationToken)
    {
        foreach (string folder in folders)
        {
            if (await TryStartAsync(folder, way, options, failures, cancellationToken).ConfigureAwait(false) is { } server) return server;
        }
        return null;
    }

    static async Task<PostgresServer?> TryStartAsync(
        string binaries, string way, PostgresServerOptions options, List<string> failures, CancellationToken cancellationToken)
    {
        try
        {
            var cluster = await PostgresCluster.StartAsync(binaries, options, cancellationToken).ConfigureAwait(false);
            return new(cluster.ConnectionString, cluster,
                $"PostgreSQL {cluster.Version} from {binaries}, a private cluster on 127.0.0.1:{cluster.Port} that ends with this program");
        }
        catch (PostgresUnavailableException error)
        {
            failures.Add($"  {way}: {binaries}: {error.Message}");
            return null;
        }
    }

    static bool Excluded(PostgresServerOptions options, PostgresSources source, string way, List<string> failures)
    {
        if (options.Sources.HasFlag(source)) return false;
        failures.Add($"  {way}: switched off");
        return true;
    }
}
