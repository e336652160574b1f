using static Vigil.Bench.BenchSetting;

namespace Vigil.Bench;

/// <summary>What <c>bench/run load</c> is told by the environment: a number by each variable VIGIL_BENCH_NAME.</summary>
/// <param name="Cards">CARDS: how many cards take turns. The default is 3,000.</param>
/// <param name="Partitions">PARTITIONS of the topic of transactions. The default is 4.</param>
/// <param name="Processes">PROCESSES that score. The default is 1.</param>
/// <param name="Warmup">WARMUP: transactions scored before anything is measured. The default is 400,000.</param>
/// <param name="Backlog">BACKLOG: transactions that wait in Kafka and are measured while they are drained. The default is 600,000.</param>
/// <param name="Rate">RATE: transactions a second of the paced run. The default is 5,000.</param>
/// <param name="Seconds">SECONDS of the paced run; 0 leaves it out. The default is 60.</param>
/// <param name="Scores">SCORES: 1 where every score is published, the default; 0 where only alerts are stored.</param>
sealed record LoadOptions(int Cards, int Partitions, int Processes, int Warmup, int Backlog, int Rate, int Seconds, int Scores)
{
    /// <summary>Transactions that a customer of the world makes a day, a little less than it is.</summary>
    const double PerCardAndDay = 1.8;

    const int MostDays = 3_650;

    internal static LoadOptions Read() => new(
        Number("CARDS", 3_000), Number("PARTITIONS", 4), Number("PROCESSES", 1), Number("WARMUP", 400_000), Number("BACKLOG", 600_000), Number("RATE", 5_000),
        Number("SECONDS", 60), Number("SCORES", 1));

    /// <summary>How many transactions there must be in all.</summary>
    internal long Transactions => Warmup + Backlog + ((long)Rate * Seconds);

    /// <summary>How many days the world must have.</summary>
    internal int Days => (int)Math.Ceiling(Transactions / (PerCardAndDay * Cards)) is var days && days <= MostDays ? days
        : throw new InvalidOperationException($"{Transactions:N0} transactions of {Cards:N0} cards take {days:N0} days, of {MostDays:N0} at most.");
}
