using Vigil.Ingest;
using Vigil.Model;

namespace Vigil.Backtest;

/// <summary>
/// The folds of the Fraud Detection Handbook (chapters 3 and 5) on its data set: train 7 days, wait 7 days for labels, test 7 days. Hyperparameters
/// are chosen on <see cref="ValidationFolds"/>, never on <see cref="TestFolds"/>.
/// </summary>
public static class HandbookProtocol
{
    /// <summary>The label delay.</summary>
    public static TimeSpan LabelDelay { get; } = TimeSpan.FromDays(7);

    /// <summary>Folds whose training starts on 2018-06-20, 06-27, 07-04 and 07-11.</summary>
    public static IReadOnlyList<Fold> ValidationFolds { get; } = Weekly(new(2018, 6, 20));

    /// <summary>Folds whose training starts on 2018-07-25, 08-01, 08-08 and 08-15.</summary>
    public static IReadOnlyList<Fold> TestFolds { get; } = Weekly(new(2018, 7, 25));

    /// <summary>
    /// One model for all that follows: eight weeks of training that end a label delay before the first validation fold's test, the best epoch
    /// chosen on the validation folds' tests. The first month only fills histories.
    /// </summary>
    public static TrainRequest TrainRequest { get; } = new()
    {
        History = [],
        Train = new(Midnight(new(2018, 5, 2)), Midnight(new(2018, 6, 27))),
        LabelDelay = LabelDelay,
        Validation = ValidationFolds,
        Training = new() { Epochs = 5 },
    };

    /// <summary>How a fold's model is trained on its week: chosen on <see cref="ValidationFolds"/>.</summary>
    public static TrainingOptions FoldTraining { get; } = new() { Epochs = 4, BatchWindows = 32 };

    /// <summary>The fold whose training starts with a day.</summary>
    public static Fold Starting(DateOnly day)
    {
        Instant start = Midnight(day);
        return new(Week(start), LabelDelay, Week(start + TimeSpan.FromDays(14)));
    }

    static Instant Midnight(DateOnly day) => Instant.From(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));

    static TimeWindow Week(Instant start) => new(start, start + TimeSpan.FromDays(7));

    static Fold[] Weekly(DateOnly first) => [.. Enumerable.Range(0, 4).Select(week => Starting(first.AddDays(7 * week)))];
}
