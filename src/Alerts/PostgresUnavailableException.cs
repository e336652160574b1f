namespace Vigil.Alerts;

/// <summary>No Postgres could be found or started. The message says what was tried, why it failed and what would help.</summary>
public sealed class PostgresUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was tried, why it failed, what would help.</param>
    /// <param name="inner">The failure behind it, if there is one.</param>
    public PostgresUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
