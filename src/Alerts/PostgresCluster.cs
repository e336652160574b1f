using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Vigil.Alerts;

/// <summary>
/// A private Postgres cluster in a folder of its own, reachable on a free port of 127.0.0.1 with a random password. A guardian shell
/// (<see cref="PostgresGuardian"/>) holds it, so that it ends with this process even when this process is killed.
/// </summary>
sealed class PostgresCluster : IAsyncDisposable
{
    const string SuperUser = "vigil";
    const int Attempts = 5;
    static readonly TimeSpan _probePause = TimeSpan.FromMilliseconds(50);

    readonly PostgresGuardian _guardian;

    PostgresCluster(PostgresGuardian guardian, string connectionString, int port, string version)
    {
        _guardian = guardian;
        ConnectionString = connectionString;
        Port = port;
        Version = version;
    }

    public string ConnectionString { get; }

    public int Port { get; }

    public string Version { get; }

    /// <summary>Creates and starts a cluster, and waits until it answers.</summary>
    /// <param name="binaries">Folder of <c>initdb</c> and <c>postgres</c>.</param>
    /// <param name="options">Where the cluster's folder is made, and how long the start may take.</param>
    /// <param name="cancellationToken">Ends the cluster that was being started.</param>
    /// <exception cref="PostgresUnavailableException">The binaries do not run here, or the server does not answer in time.</exception>
    public static async Task<PostgresCluster> StartAsync(
        string binaries, PostgresServerOptions options, CancellationToken cancellationToken)
    {
        // Between choosing a free port and listening on it another process may take it: then the server says so and ends.
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await StartOnceAsync(binaries, options, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresUnavailableException error)
                when (attempt < Attempts && error.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
            }
        }
    }

    public ValueTask DisposeAsync() => _guardian.DisposeAsync();

    static async Task<PostgresCluster> StartOnceAsync(string binaries, PostgresServerOptions options, CancellationToken cancellationToken)
    {
        int port = FreePort();
        string password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var address = new NpgsqlConnectionStringBuilder
        {
            Host = IPAddress.Loopback.ToString(),
            Port = port,
            Username = SuperUser,
            Password = password,
            Database = "postgres",
        };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.StartTimeout);
        var guardian = PostgresGuardian.Start(binaries, options.TemporaryFolder, SuperUser, port);
        try
        {
            await guardian.SendPasswordAsync(password, deadline.Token).ConfigureAwait(false);
            string version = await FirstAnswerAsync(guardian, address.ConnectionString, deadline.Token).ConfigureAwait(false);
            return new(guardian, address.ConnectionString, port, version);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await guardian.DisposeAsync().ConfigureAwait(false);
            throw new PostgresUnavailableException($"it did not answer within {options.StartTimeout.TotalSeconds:0} s");
        }
        catch
        {
            await guardian.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    static async Task<string> FirstAnswerAsync(PostgresGuardian guardian, string connectionString, CancellationToken cancellationToken)
    {
        await guardian.ServerStartedAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            if (guardian.HasEnded)
                throw new PostgresUnavailableException(await guardian.ReasonAsync(cancellationToken).ConfigureAwait(false));
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                return connection.PostgreSqlVersion.ToString();
            }
            catch (NpgsqlException) // not listening yet, still starting up, or a stranger on the port: our server then ends
            {
                await Task.Delay(_probePause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
