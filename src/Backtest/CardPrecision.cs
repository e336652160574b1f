using Vigil.Ingest;

namespace Vigil.Backtest;

/// <summary>
/// CardPrecision@k of the Fraud Detection Handbook, chapter 4: of the k cards that analysts can check in a day, the share that had a fraud on it.
/// </summary>
public static class CardPrecision
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>
    /// For each day from the start to the last transaction: a card's score is its highest that day; the k highest cards are checked, a tie going to
    /// the card that paid first; a card that had a fraud that day is found and left out of the following days. The day's precision is the
    /// number found over k, also where fewer cards paid. The mean over the days, 0 to 1.
    /// </summary>
    /// <param name="transactions">Scored transactions in time order.</param>
    /// <param name="start">The first moment of the first day.</param>
    /// <param name="k">Cards checked each day, at least 1.</param>
    /// <exception cref="ArgumentException">There is no transaction, or one is earlier than the one before or the start.</exception>
    public static double At(int k, IReadOnlyList<ScoredTransaction> transactions, Instant start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (transactions.Count == 0) throw new ArgumentException("no transactions to check", nameof(transactions));
        var found = new HashSet<UInt128>();
        double sum = 0;
        int days = 0;
        for (int i = 0; i < transactions.Count; days++)
        {
            Instant end = start + Day;
            List<CardOfDay> cards = CardsUntil(end, start, transactions, ref i);
            var alerted = cards.Where(card => !found.Contains(card.Card)).OrderByDescending(card => card.Score).Take(k);
            sum += alerted.Count(card => card.Fraud && found.Add(card.Card));
            start = end;
        }
        return sum / ((double)k * days);
    }

    /// <summary>The cards of one day in the order of their first transaction, and the index of the next day's first transaction.</summary>
    static List<CardOfDay> CardsUntil(Instant end, Instant start, IReadOnlyList<ScoredTransaction> transactions, ref int index)
    {
        var cards = new OrderedDictionary<UInt128, CardOfDay>();
        for (; index < transactions.Count && transactions[index].EventTime < end; index++)
        {
            ScoredTransaction transaction = transactions[index];
            if (transaction.EventTime < start)
                throw new ArgumentException($"transaction {transaction.TransactionId} is out of time order", nameof(transactions));
            bool known = cards.TryGetValue(transaction.Card, out CardOfDay card);
            cards[transaction.Card] = known
                ? card with { Score = Math.Max(card.Score, transaction.Score), Fraud = card.Fraud || transaction.Fraud }
                : new(transaction.Card, transaction.Score, transaction.Fraud);
        }
        return [.. cards.Values];
    }

    readonly record struct CardOfDay(UInt128 Card, float Score, bool Fraud);
}
