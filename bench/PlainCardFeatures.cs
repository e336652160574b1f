using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Bench;

/// <summary>
/// What one would write first: a list of each card's last transactions, and loops over it for every transaction. The yardstick for
/// <see cref="FeaturesBench"/>; it computes the same card features.
/// </summary>
sealed class PlainCardFeatures(int historyLength)
{
    const long MicrosecondsPerDay = 86_400 * Instant.PerSecond;

    readonly Dictionary<string, List<(long Time, long Amount, string Merchant)>> _cards = [];

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
        history.Add((payment.EventTime.Microseconds, payment.Amount, payment.MerchantId.ToString()));
    }

    internal List<double> Next(Transaction payment)
    {
        var history = History(payment);
        var (now, amount, merchant) = (payment.EventTime.Microseconds, payment.Amount, payment.MerchantId.ToString());
        double mean = history.Average(past => (double)past.Amount);
        double deviation = Math.Sqrt(history.Average(past => (past.Amount - mean) * (past.Amount - mean)));
        var shares = history.CountBy(past => past.Merchant).Select(group => group.Value / (double)history.Count);
        double entropy = shares.Sum(share => -share * Math.Log2(share));
        var features = new List<double>
        {
            (now - history[^1].Time) / (double)Instant.PerSecond, amount / Math.Max(mean, 1), entropy,
            amount, (amount - mean) / Math.Max(deviation, 1), history.Count,
        };
        var windows = FeatureList.CardWindows.Select(window => history.Where(past => now - past.Time < window.Length.TotalMicroseconds));
        foreach (var inside in windows) features.Add(inside.Count());
        foreach (var inside in windows) features.Add(inside.Sum(past => past.Amount));
        AddMedians(features, history, now, amount);
        int last = history.FindLastIndex(past => past.Merchant == merchant);
        features.Add(last < 0 ? 1 : 0);
        features.Add(last < 0 ? 90 * 86_400 : Math.Min((now - history[last].Time) / (double)Instant.PerSecond, 90 * 86_400));
        Remember(payment);
        return features;
    }

    static void AddMedians(List<double> features, List<(long Time, long Amount, string)> history, long now, long amount)
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

    List<(long Time, long Amount, string Merchant)> History(Transaction payment)
    {
        string card = payment.CardToken.ToString();
        if (!_cards.TryGetValue(card, out var history)) _cards.Add(card, history = []);
        return history;
    }
}
