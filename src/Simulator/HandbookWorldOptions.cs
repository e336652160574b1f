using System.ComponentModel.DataAnnotations;

namespace Vigil.Simulator;

/// <summary>The size and the seed of a <see cref="HandbookWorld"/>; the defaults are the published data set's.</summary>
public sealed class HandbookWorldOptions
{
    /// <summary>The same seed gives the same world on every machine. The default value is 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Customers, each with one card; one without a terminal in reach never transacts. 1 to 10,000,000. The default value is 5,000.</summary>
    [Range(1, 10_000_000)]
    public int Customers { get; init; } = 5_000;

    /// <summary>Terminals, each a merchant of its own. 1 to 10,000,000. The default value is 10,000.</summary>
    [Range(1, 10_000_000)]
    public int Terminals { get; init; } = 10_000;

    /// <summary>The first moment of the first day. The default value is 2018-04-01, 00:00 UTC.</summary>
    public DateTimeOffset Start { get; init; } = new(2018, 4, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Days. 1 to 3,650. The default value is 183.</summary>
    [Range(1, 3_650)]
    public int Days { get; init; } = 183;
}
