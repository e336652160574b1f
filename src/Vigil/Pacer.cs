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
    internal IEnumerable<LabelledTransaction> Pace(IEnumerable<LabelledTransaction> transactions, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp(), number = 0;
        Instant? first = null;
        foreach (LabelledTransaction labelled in transactions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            first ??= labelled.Transaction.EventTime;
            TimeSpan left = DueAfter(number++, labelled.Transaction.EventTime - first.Value) - clock.GetElapsedTime(started);
            if (left >= s_shortest) Task.Delay(left, clock, cancellationToken).GetAwaiter().GetResult();
            yield return labelled;
        }
    }

    /// <summary>From the first transaction to one, on the clock.</summary>
    /// <param name="number">How many came before it.</param>
    /// <param name="elapsed">How much later than the first it took place.</param>
    internal TimeSpan DueAfter(long number, TimeSpan elapsed) =>
        rate is { } perSecond ? TimeSpan.FromSeconds(number / perSecond) : speed is { } factor ? elapsed / factor : TimeSpan.Zero;
}
