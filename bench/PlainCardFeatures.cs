using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Bench;

/// <summary>
/// What one would write first: a list of each card's last transactions, and loops over it for every transaction. The yardstick for
/// <see cref="FeaturesBench"/>; it computes the same card features.
/// </summary>
sealed class PlainCardFeatures(int historyLength)
{
    const long MicrosecondsPerHour = 3_600 * Instant.PerSecond;
    const long MicrosecondsPerDay = 24 * MicrosecondsPerHour;

    readonly Dictionary<string, List<Past>> _cards = [];

    readonly record struct Past(
        long Time, long Amount, string Merchant, ushort Mcc, Country Country, EntryMode EntryMode, bool Declined, string Device, int Hour);

    internal static void Check(double[] expected, List<double> found)
    {
        for (int i = 0; i < found.Count; i++)
        {
            if (Math.Abs(expected[i] - found[i]) > 1e-6 * Math.Max(1, Math.Abs(found[i])))
                throw new InvalidOperationException($"{FeatureList.Numeric[i].Name} is {expected[i]}; the plain loop finds {found[i]}.");
        }
    }

    internal void Remember(Transaction payment)
    {
        var history = History(payment);
        if (history.Count == historyLength) history.RemoveAt(0);
        history.Add(PastOf(payment));
    }

    internal List<double> Next(Transaction payment)
    {
        var history = History(payment);
        var now = PastOf(payment);
        double mean = history.Average(past => (double)past.Amount);
        double deviation = Math.Sqrt(history.Average(past => (past.Amount - mean) * (past.Amount - mean)));
        var features = new List<double>
        {
            Seconds(now.Time - history[^1].Time), now.Amount / Math.Max(mean, 1), EntropyOf(history, past => past.Merchant),
            now.Amount, (now.Amount - mean) / Math.Max(deviation, 1), history.Count,
        };
        AddWindows(features, history, now.Time);
        AddMedians(features, history, now.Time, now.Amount);
        AddHabits(features, history, now);
        Remember(payment);
        return features;
    }

    static Past PastOf(Transaction payment) => new(
        payment.EventTime.Microseconds,
        payment.Amount,
        payment.MerchantId.ToString(),
        payment.Mcc,
        payment.MerchantCountry,
        payment.EntryMode,
        payment.Response == Response.Declined,
        payment.DeviceId.ToString(),
        (int)((payment.EventTime.Microseconds / MicrosecondsPerHour + 72) % 168)); // 1970-01-01 was a Thursday.

    static double Seconds(long microseconds) => microseconds / (double)Instant.PerSecond;

    static double EntropyOf<T>(List<Past> history, Func<Past, T> key)
        where T : notnull =>
        history.CountBy(key).Select(group => group.Value / (double)history.Count).Sum(share => -share * Math.Log2(share));

    static void AddWindows(List<double> features, List<Past> history, long now)
    {
        var windows = FeatureList.CardWindows.Select(window => history.Where(past => now - past.Time < window.Length.TotalMicroseconds)).ToList();
        foreach (var inside in windows) features.Add(inside.Count());
        foreach (var inside in windows) features.Add(inside.Sum(past => past.Amount));
        foreach (var inside in windows) features.Add(inside.DistinctBy(past => past.Merchant).Count());
        foreach (var inside in windows) features.Add(inside.DistinctBy(past => past.Country).Count());
        foreach (var inside in windows) features.Add(inside.DistinctBy(past => past.EntryMode).Count());
        foreach (var inside in windows) features.Add(inside.Count(past => past.Declined));
    }

    static void AddMedians(List<double> features, List<Past> history, long now, long amount)
    {
        var sorted = history.Where(past => now - past.Time < 30 * MicrosecondsPerDay).Select(past => past.Amount).Order().ToList();
        double median = sorted.Count == 0 ? 1 : Math.Max((sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2.0, 1);
        var week = history.Where(past => now - past.Time < 7 * MicrosecondsPerDay).Select(past => past.Amount).ToList();
        var fortnight = history.Where(past => now - past.Time < 14 * MicrosecondsPerDay).Select(past => past.Amount).ToList();
        features.Add(sorted.Count == 0 ? 1 : amount / median);
        features.Add(week.DefaultIfEmpty(0).Max() / median);
        features.Add(fortnight.DefaultIfEmpty(0).Max() / median);
        features.Add(week.Count(one => one > 3 * median));
        features.Add(fortnight.Count(one => one > 3 * median));
    }

    /// <summary>All but the speed of travel, the last: it needs the places of countries.</summary>
    static void AddHabits(List<double> features, List<Past> history, Past now)
    {
        int run = history.Count - 1 - history.FindLastIndex(past => past.Amount > FeatureList.SmallAmount);
        int last = history.FindLastIndex(past => past.Merchant == now.Merchant);
        double never = FeatureList.LongestTime.TotalSeconds;
        features.Add(run);
        features.Add(run == 0 ? never : Math.Min(Seconds(now.Time - history[^run].Time), never));
        features.Add(last < 0 ? 1 : 0);
        features.Add(last < 0 ? never : Math.Min(Seconds(now.Time - history[last].Time), never));
        features.Add(EntropyOf(history, past => past.Mcc));
        features.Add(history.Any(past => past.Country == now.Country) ? 0 : 1);
        features.Add(now.Device.Length == 0 || history.Any(past => past.Device == now.Device) ? 0 : 1);
        features.Add(-Math.Log2((history.Count(past => Math.Abs(past.Hour - now.Hour) is <= 1 or 167) + 1) / (history.Count + 56.0)));
    }

    List<Past> History(Transaction payment)
    {
        string card = payment.CardToken.ToString();
        if (!_cards.TryGetValue(card, out var history)) _cards.Add(card, history = []);
        return history;
    }
}
