using System.Globalization;

namespace Vigil.Faults.Tests;

/// <summary>How much is streamed in a run, and what is done to the service meanwhile.</summary>
sealed record FaultSettings
{
    /// <summary>Of everything that is drawn: the transactions, the order of the faults and the moments between them.</summary>
    internal required int Seed { get; init; }

    internal required int Transactions { get; init; }

    /// <summary>The most that are produced in a second.</summary>
    internal required int TransactionsPerSecond { get; init; }

    /// <summary>Workers killed with SIGKILL.</summary>
    internal required int Kills { get; init; }

    /// <summary>Workers stopped with SIGSTOP for longer than their session with the group lasts, then woken.</summary>
    internal required int Stops { get; init; }

    /// <summary>The broker killed with SIGKILL and started again.</summary>
    internal required int BrokerLosses { get; init; }

    /// <summary>Postgres killed with SIGKILL, every process of it, and started again.</summary>
    internal required int DatabaseLosses { get; init; }

    /// <summary>Statements of which the request, the answer or the answer's end is lost on the way to or from Postgres.</summary>
    internal required int ConnectionCuts { get; init; }

    /// <summary>Workers that join the group or leave it in order.</summary>
    internal required int Rebalances { get; init; }

    /// <summary>Times at which no byte is left below the snapshots' folder.</summary>
    internal required int FullDisks { get; init; }

    /// <summary>How far the stream may be ahead of the cursors, so that faults meet workers at work, however slow the machine.</summary>
    internal int Lead => Math.Max(4_000, Transactions / 20);

    internal int Cards => Math.Clamp(Transactions / 200, 100, 5_000);

    /// <summary>What every run of the tests does: a few of each, in two to three minutes.</summary>
    internal static FaultSettings Short => new()
    {
        Seed = FromEnvironment("VIGIL_FAULTS_SEED", 1),
        Transactions = 24_000,
        TransactionsPerSecond = 1_000,
        Kills = 3,
        Stops = 1,
        BrokerLosses = 1,
        DatabaseLosses = 1,
        ConnectionCuts = 3,
        Rebalances = 3,
        FullDisks = 1,
    };

    /// <summary>What <c>./test faults</c> does, a million transactions unless the environment says otherwise.</summary>
    internal static FaultSettings Long => new()
    {
        Seed = FromEnvironment("VIGIL_FAULTS_SEED", 1),
        Transactions = FromEnvironment("VIGIL_FAULTS_TRANSACTIONS", 1_000_000),
        TransactionsPerSecond = FromEnvironment("VIGIL_FAULTS_RATE", 2_500),
        Kills = 20,
        Stops = 10,
        BrokerLosses = 3,
        DatabaseLosses = 3,
        ConnectionCuts = 15,
        Rebalances = 25,
        FullDisks = 3,
    };

    static int FromEnvironment(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
