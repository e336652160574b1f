using Vigil.Ingest;

namespace Vigil;

/// <summary>Hands transactions on as a live source would: so many a second, or at the pace of their own times.</summary>
/// <param name="rate">Transactions a second of the clock; null where their times decide, or nothing does.</param>
/// <param name="speed">Seconds of the transactions' time in a second of the clock; null where the rate decides, or nothing does.</param>
/// <param name="clock">The clock.</param>
sealed class Pacer(double? rate, double? speed, TimeProvider clock)
{
    /// <summary>The timer's own step: to wait for less costs more than it orders.</summary>
    static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>Whether anything is ever waited for.</summary>
    internal bool IsPaced => rate is not null || speed is not null;

    /// <summary>The same transactions, none before it is due.</summary>
    /// <param name="transactions">In time order.</param>
    /// <param name="start">The moment with which their time begins to run.</param>
    /// <param name="cancellationToken">Ends the waiting and the reading.</param>
    internal IEnumerable<LabelledTransaction> Pace(IEnumerable<LabelledTransaction> transactions, Instant start, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp(), number = 0;
        foreach (LabelledTransaction labelled in transactions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan left = DueAfter(number++, labelled.Transaction.EventTime - start) - clock.GetElapsedTime(started);
            if (left >= s_shortest) Task.Delay(left, clock, cancellationToken).GetAwaiter().GetResult();
            yield return labelled;
        }
    }

    /// <summary>From the beginning to a transaction, on the clock.</summary>
    /// <param name="number">How many came before it.</param>
    /// <param name="elapsed">How long after the start it took place.</param>
    internal TimeSpan DueAfter(long number, TimeSpan elapsed) =>
        rate is { } perSecond ? TimeSpan.FromSeconds(number / perSecond) : speed is { } factor ? elapsed / factor : TimeSpan.Zero;
}
