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

    /// <summary>The settings of a connection, the password included where a file holds it.</summary>
    /// <exception cref="PostgresUnavailableException">The string, or the file, cannot be read.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(AlertsOptions options)
    {
        var settings = Parse(options.ConnectionString);
        if (options.PasswordFile is { Length: > 0 } file) settings.Password = Password(file);
        return settings;
    }

    /// <summary>Connections by the options.</summary>
    /// <exception cref="PostgresUnavailableException">The connection string, or the file, cannot be read.</exception>
    internal static NpgsqlDataSource DataSource(AlertsOptions options) => DataSource(Parse(options), options.PasswordFile);

    /// <summary>Connections by settings. A password file is read for each new connection, so that a password can change while the process runs.</summary>
    /// <exception cref="PostgresUnavailableException">The connection string cannot be read.</exception>
    internal static NpgsqlDataSource DataSource(NpgsqlConnectionStringBuilder settings, string? passwordFile)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        if (passwordFile is { Length: > 0 } file)
        {
            builder.ConnectionStringBuilder.Password = null;
            builder.UsePasswordProvider(_ => Password(file), (_, _) => ValueTask.FromResult(Password(file)));
        }
        return builder.Build();
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

    /// <summary>A line end behind the password, as editors and shells put it, is not part of it.</summary>
    static string Password(string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PostgresUnavailableException($"The file of the Postgres password cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>What a failure says in one line.</summary>
    internal static PostgresUnavailableException Refused(NpgsqlConnectionStringBuilder settings, Exception exception)
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
