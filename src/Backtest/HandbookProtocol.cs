using Vigil.Ingest;

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

    /// <summary>The fold whose training starts with a day.</summary>
    public static Fold Starting(DateOnly day)
    {
        Instant start = Instant.From(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));
        return new(Week(start), LabelDelay, Week(start + TimeSpan.FromDays(14)));
    }

    static Window Week(Instant start) => new(start, start + TimeSpan.FromDays(7));

    static Fold[] Weekly(DateOnly first) => [.. Enumerable.Range(0, 4).Select(week => Starting(first.AddDays(7 * week)))];
}
