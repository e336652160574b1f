using Vigil.Ingest;
using Vigil.Model;
using Vigil.Simulator;

namespace Vigil.Backtest.Tests;

/// <summary>A world of 300 customers and eight weeks, about 30,000 transactions and 250 frauds, and a model that learns it in seconds.</summary>
static class SmallWorld
{
    public static readonly LabelledTransaction[] Transactions =
        [.. new HandbookWorld(new() { Seed = 11, Customers = 300, Terminals = 600, Days = 56 }).Transactions()];

    public static readonly Fold Fold = new(Days(21, 35), TimeSpan.FromDays(7), Days(42, 56));

    public static readonly TrainingOptions Training = new() { Epochs = 3, LearningRate = 3e-3, BatchWindows = 8 };

    public static readonly TrainRequest Request = new()
    {
        History = Transactions,
        Train = Fold.Train,
        LabelDelay = Fold.LabelDelay,
        Training = Training,
    };

    /// <summary>Trained once for all tests that only need some model.</summary>
    public static readonly Lazy<Checkpoint> Checkpoint = new(() => (Checkpoint)TrainRun.Run(Request));

    public static TimeWindow Days(int from, int to) => new(At(from), At(to));

    public static Instant At(int day)
    {
        Instant first = Transactions[0].Transaction.EventTime;
        return first - TimeSpan.FromMicroseconds(first.Microseconds % 86_400_000_000) + TimeSpan.FromDays(day);
    }
}
