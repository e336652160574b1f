using System.ComponentModel.DataAnnotations;

namespace Vigil.Alerts;

/// <summary>Where alerts go and when a score is one.</summary>
public sealed class AlertsOptions
{
    /// <summary>Npgsql's connection string, such as Host=localhost;Username=vigil;Password=...;Database=vigil. Required.</summary>
    [Required(ErrorMessage = "Alerts need a Postgres: set --postgres or VIGIL_POSTGRES to a connection string "
        + "such as Host=localhost;Username=vigil;Database=vigil.")]
    public string ConnectionString { get; init; } = "";

    /// <summary>
    /// A file that holds the password, instead of the connection string; it is read for each new connection. The default is none. With
    /// <c>SSL Mode=VerifyFull;Root Certificate=FILE</c> in the connection string the way there is encrypted and the server's name is checked.
    /// </summary>
    public string? PasswordFile { get; init; }

    /// <summary>
    /// Whether a service that starts may create or update the tables. Where it may not, or its user lacks the right, it only checks that they are this
    /// build's. The default is true.
    /// </summary>
    public bool Migrate { get; init; } = true;

    /// <summary>The lowest score that is an alert, 0 to 1. The default is what the checkpoint suggests.</summary>
    [Range(0.0, 1.0)]
    public double? Threshold { get; init; }

    /// <summary>How long one attempt to reach Postgres may take. The default is 10 seconds; 100 ms to 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The first pause between attempts; it doubles, with jitter, up to <see cref="MaxRetryDelay"/>. The default is 100 ms; 1 ms to 1 minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between attempts. The default is 5 seconds; 1 ms to 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the circuit stays open, with no attempt at all, after repeated failures. The default is 2 seconds; 500 ms to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:05:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan CircuitBreak { get; init; } = TimeSpan.FromSeconds(2);
}
