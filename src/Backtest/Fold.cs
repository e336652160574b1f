using System.Globalization;

namespace Vigil.Backtest;

/// <summary>
/// One turn of a backtest: train on the transactions of a window, wait until their labels have arrived, test on a later window. Windows hold their
/// start and not their end.
/// </summary>
public sealed record Fold
{
    /// <summary>A fold whose training labels have all arrived when its test begins.</summary>
    /// <param name="train">The training window.</param>
    /// <param name="labelDelay">From a transaction to its label, not negative.</param>
    /// <param name="test">The test window.</param>
    /// <exception cref="ArgumentException">A label of the training window arrives after the test has begun.</exception>
    public Fold(TimeWindow train, TimeSpan labelDelay, TimeWindow test)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labelDelay, TimeSpan.Zero);
        if (test.From < train.To + labelDelay)
        {
            throw new ArgumentException($"the test window starts at {test.From}, but with a label delay of {labelDelay.TotalDays:0.###} days the last training "
                + $"label arrives at {train.To + labelDelay}: start the test then or later, or end the training earlier", nameof(test));
        }
        (Train, LabelDelay, Test) = (train, labelDelay, test);
    }

    /// <summary>The training window.</summary>
    public TimeWindow Train { get; }

    /// <summary>From a transaction to its label.</summary>
    public TimeSpan LabelDelay { get; }

    /// <summary>The test window.</summary>
    public TimeWindow Test { get; }

    /// <summary>The day on which training starts, such as 2018-07-25.</summary>
    public string Name => Train.From.ToDateTimeOffset().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
