namespace Vigil.Features;

/// <summary>The features of a card's history, in the order of <see cref="FeatureList.Numeric"/>.</summary>
static class CardFeatures
{
    const double BandsPerWeek = FeatureList.HoursPerWeek / 3.0; // Bands of an hour and its two neighbours.

    static readonly int s_7d = CardHistoryWindows.IndexOf(TimeSpan.FromDays(7));
    static readonly int s_14d = CardHistoryWindows.IndexOf(TimeSpan.FromDays(14));
    static readonly long s_shortestTravel = TimeSpan.FromMinutes(1).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <param name="history">Moved to the time of <paramref name="next"/>, and without it.</param>
    /// <param name="next">The transaction.</param>
    /// <param name="visits">Its visits in the history.</param>
    /// <param name="writer">Where to.</param>
    internal static void Write(in CardHistory history, in CardEvent next, CardVisits visits, ref FeatureWriter writer)
    {
        ref readonly var header = ref history.Header;
        int count = header.Count;
        double mean = count == 0 ? 0 : header.Sum / (double)count;
        writer.Write(Window.Seconds(next.Time - (history.Latest ?? next.Time)));
        writer.Write(count == 0 ? 1 : next.Amount / Math.Max(mean, 1));
        writer.Write(Entropy.Bits(count, header.MerchantTerms));
        writer.Write(next.Amount);
        writer.Write(ZScore(header, next.Amount));
        writer.Write(count);
        WriteWindows(header.Windows, ref writer);
        WriteMedians(history, next.Amount, ref writer);
        WriteHabits(history, next, visits, ref writer);
    }

    /// <summary>
    /// With the sums S of amounts and Q of squares of n amounts: (n·x - S) / max(sqrt(n·Q - S²), n), where n·Q - S² is exact.
    /// </summary>
    static double ZScore(in CardHistoryHeader header, long amount)
    {
        long n = header.Count;
        if (n == 0) return 0;
        UInt128 spread = ((UInt128)n * header.SumOfSquares) - ((UInt128)header.Sum * (UInt128)header.Sum);
        return ((n * amount) - header.Sum) / Math.Max(Math.Sqrt((double)spread), n);
    }

    static void WriteWindows(in CardHistoryWindows windows, ref FeatureWriter writer)
    {
        foreach (int count in windows.Counts) writer.Write(count);
        foreach (long sum in windows.Sums) writer.Write(sum);
        foreach (int merchants in windows.Merchants) writer.Write(merchants);
        foreach (int countries in windows.Countries) writer.Write(countries);
        foreach (int entryModes in windows.EntryModes) writer.Write(entryModes);
        foreach (int declined in windows.Declined) writer.Write(declined);
    }

    static void WriteMedians(in CardHistory history, long amount, ref FeatureWriter writer)
    {
        ref readonly var counts = ref history.Header.Windows.Counts;
        long twiceMedian = history.TwiceMedian;
        double median = Math.Max(twiceMedian / 2.0, 1);
        var week = history.LargestAndAbove(counts[s_7d], twiceMedian);
        var fortnight = history.LargestAndAbove(counts[s_14d], twiceMedian);
        writer.Write(counts[CardHistoryWindows.Length - 1] == 0 ? 1 : amount / median);
        writer.Write(week.Largest / median);
        writer.Write(fortnight.Largest / median);
        writer.Write(week.Above);
        writer.Write(fortnight.Above);
    }

    static void WriteHabits(in CardHistory history, in CardEvent next, CardVisits visits, ref FeatureWriter writer)
    {
        int count = history.Header.Count, run = history.Header.SmallRun;
        writer.Write(run);
        writer.WriteTimeSince(run == 0 ? null : history.TimeOf(run), next.Time);
        writer.Write(visits.Merchant is null ? 1 : 0);
        writer.WriteTimeSince(visits.Merchant is int back ? history.TimeOf(back) : null, next.Time);
        writer.Write(Entropy.Bits(count, history.Header.MccTerms));
        writer.Write(visits.Country is null ? 1 : 0);
        writer.Write(next.HasDevice && !history.KnowsDeviceOf(next) ? 1 : 0);
        writer.Write(-Math.Log2((history.CountNear(next.HourOfWeek) + 1) / (count + BandsPerWeek)));
        writer.Write(TravelSpeed(history, next));
    }

    static double TravelSpeed(in CardHistory history, in CardEvent next)
    {
        if (!next.IsCardPresent || history.LastPresent is not var (country, time)) return 0;
        double hours = Window.Seconds(Math.Max(next.Time - time, s_shortestTravel)) / 3_600;
        return CountryPlaces.Kilometres(country, next.Country) / hours;
    }
}
