using System.Globalization;
using Vigil.Ingest;

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
        (Train, LabelDelay, Test, BlockedFrom) = (train, labelDelay, test, train.From);
    }

    /// <summary>The training window.</summary>
    public TimeWindow Train { get; }

    /// <summary>From a transaction to its label.</summary>
    public TimeSpan LabelDelay { get; }

    /// <summary>The test window.</summary>
    public TimeWindow Test { get; }

    /// <summary>
    /// Cards with a fraud from then on are left out of the test once its label has arrived. It is the start of the training, or of the one that
    /// <see cref="After"/> made longer.
    /// </summary>
    public Instant BlockedFrom { get; private init; }

    /// <summary>The day of <see cref="BlockedFrom"/>, such as 2018-07-25.</summary>
    public string Name => BlockedFrom.ToDateTimeOffset().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The same transactions tested after a training that began earlier.</summary>
    /// <param name="earlier">By how much, not negative.</param>
    public Fold After(TimeSpan earlier)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(earlier, TimeSpan.Zero);
        return new(new(Train.From - earlier, Train.To), LabelDelay, Test) { BlockedFrom = BlockedFrom };
    }
}
