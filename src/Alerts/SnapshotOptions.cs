using System.ComponentModel.DataAnnotations;

namespace Vigil.Alerts;

/// <summary>Where and how often the state of partitions is saved, so that a restart need not read the log from its first record.</summary>
public sealed class SnapshotOptions : IValidatableObject
{
    /// <summary>A folder that every process of the group sees; it is created. The default is none.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether snapshots go into the alerts' Postgres instead, for hosts without a shared disk. The default is false.</summary>
    public bool Postgres { get; init; }

    /// <summary>
    /// How long after a partition's last snapshot the next is begun, where its offset has moved. The default is 10 minutes; 1 second to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Folder is not null && string.IsNullOrWhiteSpace(Folder))
            yield return new("Folder is empty; name a folder, or leave it out for no snapshots.", [nameof(Folder)]);
        if (Folder is not null && Postgres)
            yield return new("Folder and Postgres are both set; snapshots go into one of them.", [nameof(Folder), nameof(Postgres)]);
    }

    /// <summary>The store; null where snapshots are off.</summary>
    /// <param name="alerts">Whose Postgres it is.</param>
    /// <exception cref="PostgresUnavailableException">The connection string cannot be read.</exception>
    public ISnapshotStore? CreateStore(AlertsOptions alerts) =>
        Folder is not null ? new FolderSnapshotStore(Folder) : Postgres ? new PostgresSnapshotStore(alerts) : null;
}
