namespace Vigil;

/// <summary>What <c>vigil demo</c> was asked for.</summary>
sealed record DemoOptions
{
    /// <summary>How long live transactions stream; null until Ctrl-C or the source's end.</summary>
    internal TimeSpan? For { get; init; }

    /// <summary>Live transactions a second.</summary>
    internal int Rate { get; init; } = 500;

    /// <summary>Somebody's own history; null for a simulated world.</summary>
    internal string? Source { get; init; }

    /// <summary>The mapping of a CSV source's columns; null for the benchmark's own.</summary>
    internal string? Mapping { get; init; }

    /// <summary>Seed of the simulated world.</summary>
    internal ulong Seed { get; init; } = 1;

    /// <summary>How much of the source is replayed silently before the first live transaction.</summary>
    internal TimeSpan History { get; init; } = TimeSpan.FromDays(49);

    /// <summary>From a transaction to its label, where the source does not say.</summary>
    internal TimeSpan LabelDelay { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Partitions of card-transactions.</summary>
    internal int Partitions { get; init; } = 4;

    /// <summary>Folder of the checkpoint; the default is the one that ships.</summary>
    internal string Checkpoint { get; init; } = new ScoringOptions().Checkpoint;

    /// <summary>Connection string of a server that is already running; null to find or start one.</summary>
    internal string? Postgres { get; init; }

    /// <summary>Where the summary goes as JSON; null for nowhere.</summary>
    internal string? Json { get; init; }

    /// <summary>Whether the screen may use colour and redraw in place.</summary>
    internal bool Color { get; init; } = true;
}
