namespace Vigil.Features;

/// <summary>The features of a card's history, in the order of <see cref="FeatureList.Numeric"/>.</summary>
static class CardFeatures
{
    static readonly int s_7d = CardHistoryWindows.IndexOf(TimeSpan.FromDays(7));
    static readonly int s_14d = CardHistoryWindows.IndexOf(TimeSpan.FromDays(14));

    /// <param name="history">Moved to <paramref name="now"/>, without the transaction itself.</param>
    /// <param name="now">The transaction's event time, or the card's latest where that is later.</param>
    /// <param name="amount">The transaction's.</param>
    /// <param name="merchant">The transaction's.</param>
    /// <param name="writer">Where to.</param>
    internal static void Write(CardHistory history, long now, long amount, ulong merchant, ref FeatureWriter writer)
    {
        double mean = history.Count == 0 ? 0 : history.Sum / (double)history.Count;
        writer.Write(Window.Seconds(now - (history.Latest ?? now)));
        writer.Write(history.Count == 0 ? 1 : amount / Math.Max(mean, 1));
        writer.Write(history.Entropy);
        writer.Write(amount);
        writer.Write(ZScore(history, amount));
        writer.Write(history.Count);
        foreach (int count in history.Windows.Counts) writer.Write(count);
        foreach (long sum in history.Windows.Sums) writer.Write(sum);
        WriteMedians(history, amount, ref writer);
        long? last = history.LastAt(merchant);
        writer.Write(last is null ? 1 : 0);
        writer.WriteTimeSince(last, now);
    }

    /// <summary>
    /// With the sums S of amounts and Q of squares of n amounts: (n·x - S) / max(sqrt(n·Q - S²), n), where n·Q - S² is exact.
    /// </summary>
    static double ZScore(CardHistory history, long amount)
    {
        long n = history.Count;
        if (n == 0) return 0;
        UInt128 spread = ((UInt128)n * history.SumOfSquares) - ((UInt128)history.Sum * (UInt128)history.Sum);
        return ((n * amount) - history.Sum) / Math.Max(Math.Sqrt((double)spread), n);
    }

    static void WriteMedians(CardHistory history, long amount, ref FeatureWriter writer)
    {
        long twiceMedian = history.TwiceMedian;
        double median = Math.Max(twiceMedian / 2.0, 1);
        var week = history.LargestAndOver(history.Windows.Counts[s_7d], twiceMedian);
        var fortnight = history.LargestAndOver(history.Windows.Counts[s_14d], twiceMedian);
        writer.Write(history.Windows.Counts[CardHistoryWindows.Length - 1] == 0 ? 1 : amount / median);
        writer.Write(week.Largest / median);
        writer.Write(fortnight.Largest / median);
        writer.Write(week.Over);
        writer.Write(fortnight.Over);
    }
}
