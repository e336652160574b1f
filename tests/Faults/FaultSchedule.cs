namespace Vigil.Faults.Tests;

enum Disturbance
{
    Kill,
    Stop,
    BrokerLoss,
    DatabaseLoss,
    ConnectionCut,
    Rebalance,
    FullDisk,
}

/// <summary>What is done to the service and after how much of the stream: every disturbance of the settings once, in an order of the seed's.</summary>
static class FaultSchedule
{
    internal static IReadOnlyList<(Disturbance What, int AfterTransactions)> Of(FaultSettings settings)
    {
        Disturbance[] deck =
        [
            .. Enumerable.Repeat(Disturbance.Kill, settings.Kills), .. Enumerable.Repeat(Disturbance.Stop, settings.Stops),
            .. Enumerable.Repeat(Disturbance.BrokerLoss, settings.BrokerLosses), .. Enumerable.Repeat(Disturbance.DatabaseLoss, settings.DatabaseLosses),
            .. Enumerable.Repeat(Disturbance.ConnectionCut, settings.ConnectionCuts), .. Enumerable.Repeat(Disturbance.Rebalance, settings.Rebalances),
            .. Enumerable.Repeat(Disturbance.FullDisk, settings.FullDisks),
        ];
        new Random(settings.Seed).Shuffle(deck);
        return [.. deck.Select((what, index) => (what, AfterTransactions(settings, index, deck.Length)))];
    }

    /// <summary>
    /// How far the stream may go while so many disturbances have ended: it waits for them, so that the last of them still meets a stream that flows.
    /// </summary>
    internal static int Allowed(FaultSettings settings, int ended, int all) =>
        ended == all ? settings.Transactions : Math.Min(settings.Transactions, AfterTransactions(settings, ended + 2, all));

    static int AfterTransactions(FaultSettings settings, int index, int all) => (int)((index + 1L) * settings.Transactions / (all + 2));
}
