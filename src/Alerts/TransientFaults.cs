using Npgsql;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Vigil.Alerts;

/// <summary>Which failures pass by themselves, so that waiting is right. All others mean that somebody must change something.</summary>
static class TransientFaults
{
    internal static bool Contains(Exception exception) => exception switch
    {
        PostgresException answer => IsTransient(answer.SqlState),
        NpgsqlException client => client.IsTransient,
        TimeoutRejectedException or BrokenCircuitException or TimeoutException or IOException => true,
        _ => false,
    };

    // Classes and codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
    static bool IsTransient(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => true,
        // A statement or lock time-out of the server's, and a standby that is not primary yet.
        PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ReadOnlySqlTransaction => true,
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or "57P05" => true,
        // Connection exceptions, insufficient resources (a full disk among them), errors of the system under the server.
        _ => sqlState.StartsWith("08", StringComparison.Ordinal) || sqlState.StartsWith("53", StringComparison.Ordinal)
            || sqlState.StartsWith("58", StringComparison.Ordinal),
    };
}
