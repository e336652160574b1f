using System.Text.Json;

namespace Vigil.Faults.Tests;

/// <summary>What a run has done and what the checker has found: the JSON of <c>./test faults --json FILE</c>.</summary>
sealed record FaultResult
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required int Seed { get; init; }

    public required int Produced { get; init; }

    public required int Labels { get; init; }

    public required int Kills { get; init; }

    public required int Stops { get; init; }

    public required int BrokerLosses { get; init; }

    public required int DatabaseLosses { get; init; }

    public required int ConnectionCuts { get; init; }

    public required int Rebalances { get; init; }

    public required int FullDisks { get; init; }

    public required int Poison { get; init; }

    public required int Alerts { get; init; }

    /// <summary>Scores that were published again after a crash, and that a consumer passes over.</summary>
    public required int RepeatedScores { get; init; }

    /// <summary>Partitions of workers that the group had given up, and that came to know it.</summary>
    public required int LostPartitions { get; init; }

    /// <summary>Workers that ended of themselves once they had joined the group.</summary>
    public required int Failures { get; init; }

    public required long Lost { get; init; }

    public required long Duplicated { get; init; }

    public required long Different { get; init; }

    /// <summary>From the first record to the last cursor, without the undisturbed run.</summary>
    public required double StreamSeconds { get; init; }

    public required double Seconds { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, s_json);
}
