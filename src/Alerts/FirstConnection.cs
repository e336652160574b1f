using System.Net.Sockets;
using Npgsql;

namespace Vigil.Alerts;

/// <summary>Opens the first connection of a process, and says in one line why it cannot be opened.</summary>
static class FirstConnection
{
    /// <exception cref="PostgresUnavailableException">The string cannot be read.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrWhiteSpace(settings.Host) ? throw Unreadable("it names no Host", null) : settings;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw Unreadable(exception.Message, exception);
        }
    }

    /// <exception cref="PostgresUnavailableException">No server answers, or it refuses.</exception>
    internal static async Task<NpgsqlConnection> OpenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (Exception exception) when (exception is NpgsqlException or SocketException or TimeoutException or IOException)
        {
            await connection.DisposeAsync();
            throw Refused(new NpgsqlConnectionStringBuilder(connection.ConnectionString), exception);
        }
    }

    static PostgresUnavailableException Refused(NpgsqlConnectionStringBuilder settings, Exception exception)
    {
        string server = $"Postgres at {settings.Host}:{settings.Port} (database {settings.Database ?? settings.Username}, user {settings.Username})";
        string found = exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } answer =>
                $"refused the user: {answer.MessageText}. Give a user and password that it knows",
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } answer =>
                $"has no such database: {answer.MessageText}. Create it, or name another",
            PostgresException answer => $"refused the connection: {answer.MessageText} ({answer.SqlState}). Check the server's log",
            _ => $"does not answer: {(exception.InnerException ?? exception).Message}. Start it, or give another address",
        };
        return new PostgresUnavailableException($"{server} {found} (--postgres or VIGIL_POSTGRES).", exception);
    }

    static PostgresUnavailableException Unreadable(string why, Exception? exception) => new(
        $"The Postgres connection string cannot be read: {why}. Expected key=value pairs such as "
        + "Host=localhost;Username=vigil;Database=vigil (--postgres or VIGIL_POSTGRES).",
        exception);
}
