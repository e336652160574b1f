using System.Numerics;
using Vigil.Ingest;

namespace Vigil.Features.Tests;

/// <summary>
/// The plain twin of <see cref="PartitionFeatures"/>: keeps every transaction and label in a list and computes each feature from the lists,
/// by name, as FeatureList words it.
/// </summary>
sealed class NaiveFeatures(FeatureOptions options)
{
    readonly record struct Past(string Card, long Time, Transaction Transaction)
    {
        internal long Amount => Math.Min(Transaction.Amount, 1L << 47);

        internal string Merchant => Transaction.MerchantId.ToString();

        internal string Device => Transaction.DeviceId.ToString();

        internal int Hour => HourOfWeek(Transaction);
    }

    readonly List<Past> _transactions = [];
    long _clock = long.MinValue;
    readonly NaiveAcceptors _acceptors = new(options);

    internal void Add(Label label, Instant stamp) => _acceptors.Add(label, stamp);

    internal Dictionary<string, double>? Next(Transaction transaction, Instant stamp)
    {
        string card = transaction.CardToken.ToString();
        var history = _transactions.Where(past => past.Card == card).TakeLast(options.HistoryLength).ToList();
        long clock = Math.Max(_clock, transaction.EventTime.Microseconds);
        if (history.Count > 0 && clock - history[^1].Time > options.CardIdleAge.TotalMicroseconds)
        {
            _transactions.RemoveAll(past => past.Card == card);
            history = [];
        }
        if (history.TakeLast(options.HistoryLength / 8).Any(past => past.Transaction.TransactionId == transaction.TransactionId)) return null;
        _clock = clock;
        long now = history.Select(past => past.Time).Append(transaction.EventTime.Microseconds).Max();
        long amount = Math.Min(transaction.Amount, 1L << 47);
        string merchant = transaction.MerchantId.ToString();

        var features = new Dictionary<string, double>();
        AddCard(features, history, now, amount);
        AddMedians(features, history, now, amount);
        AddSmallRun(features, history, now);
        AddVisits(features, history.Where(past => past.Merchant == merchant).Select(past => past.Time).ToList(), now);
        AddHabits(features, history, transaction);
        AddTravel(features, history.Where(past => IsPresent(past.Transaction)).ToList(), transaction, now);
        _acceptors.Next(features, transaction, stamp, now, amount);
        _transactions.Add(new(card, now, transaction));
        return features;
    }

    static void AddCard(Dictionary<string, double> features, List<Past> history, long now, long amount)
    {
        var amounts = history.Select(past => past.Amount).ToList();
        double mean = amounts.Count == 0 ? 0 : amounts.Sum() / (double)amounts.Count;
        features["time_delta"] = history.Count == 0 ? 0 : (now - history[^1].Time) / 1e6;
        features["amount_ratio"] = history.Count == 0 ? 1 : amount / Math.Max(mean, 1);
        features["merchant_entropy"] = EntropyOf(history.Select(past => past.Merchant).ToList());
        features["amount"] = amount;
        features["amount_zscore_by_card"] = history.Count == 0 ? 0 : ZScore(amounts, amount);
        features["transaction_count_by_card"] = history.Count;
        foreach (var (name, length) in Windows)
        {
            var inside = history.Where(past => past.Time > now - length).ToList();
            features[$"transaction_count_{name}_by_card"] = inside.Count;
            features[$"amount_sum_{name}_by_card"] = inside.Sum(past => past.Amount);
            features[$"merchant_distinct_count_{name}_by_card"] = inside.DistinctBy(past => past.Merchant).Count();
            features[$"country_distinct_count_{name}_by_card"] = inside.DistinctBy(past => past.Transaction.MerchantCountry).Count();
            features[$"entry_mode_distinct_count_{name}_by_card"] = inside.DistinctBy(past => past.Transaction.EntryMode).Count();
            features[$"declined_count_{name}_by_card"] = inside.Count(past => past.Transaction.Response == Response.Declined);
        }
    }

    static double EntropyOf<T>(List<T> values)
        where T : notnull =>
        values.CountBy(value => value).Sum(entry => -(entry.Value / (double)values.Count) * Math.Log2(entry.Value / (double)values.Count));

    /// <summary>(amount - mean) / max(standard deviation, 1), both times n so that the differences are exact.</summary>
    static double ZScore(List<long> amounts, long amount)
    {
        BigInteger n = amounts.Count;
        var sum = amounts.Aggregate(BigInteger.Zero, (total, one) => total + one);
        var spread = amounts.Aggregate(BigInteger.Zero, (total, one) => total + ((n * one) - sum) * ((n * one) - sum)) / n;
        return (double)((n * amount) - sum) / Math.Max(Math.Sqrt((double)(UInt128)spread), (double)n);
    }

    static void AddMedians(Dictionary<string, double> features, List<Past> history, long now, long amount)
    {
        var sorted = history.Where(past => past.Time > now - 30 * Day).Select(past => past.Amount).Order().ToList();
        double exact = sorted.Count == 0 ? 0 : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2.0;
        double median = Math.Max(exact, 1);
        features["amount_over_median_30d_by_card"] = sorted.Count == 0 ? 1 : amount / median;
        foreach (int days in new[] { 7, 14 })
        {
            var inside = history.Where(past => past.Time > now - days * Day).Select(past => past.Amount).ToList();
            features[$"amount_max_over_median_{days}d_by_card"] = inside.DefaultIfEmpty(0).Max() / median;
            features[$"amount_over_3_medians_count_{days}d_by_card"] = inside.Count(one => one > 3 * exact);
        }
    }

    static void AddSmallRun(Dictionary<string, double> features, List<Past> history, long now)
    {
        var run = Enumerable.Reverse(history).TakeWhile(past => past.Amount <= 500).ToList();
        features["small_amount_run_length_by_card"] = run.Count;
        features["small_amount_run_age_by_card"] = run.Count == 0 ? Never : Since(run[^1].Time, now);
    }

    static void AddVisits(Dictionary<string, double> features, List<long> visits, long now)
    {
        features["merchant_is_new_by_card"] = visits.Count == 0 ? 1 : 0;
        features["merchant_time_since_last_by_card"] = visits.Count == 0 ? Never : Since(visits[^1], now);
    }

    static void AddHabits(Dictionary<string, double> features, List<Past> history, Transaction transaction)
    {
        string device = transaction.DeviceId.ToString();
        int near = history.Count(past => Math.Abs(past.Hour - HourOfWeek(transaction)) is <= 1 or 167);
        features["mcc_entropy_by_card"] = EntropyOf(history.Select(past => past.Transaction.Mcc).ToList());
        features["country_is_new_by_card"] = history.Any(past => past.Transaction.MerchantCountry == transaction.MerchantCountry) ? 0 : 1;
        features["device_is_new_by_card"] = device.Length == 0 || history.Any(past => past.Device == device) ? 0 : 1;
        features["hour_of_week_surprise_by_card"] = -Math.Log2((near + 1) / (history.Count + 56.0));
    }

    /// <summary>The angle between two places from the dot product of their directions, not by the haversine formula.</summary>
    static void AddTravel(Dictionary<string, double> features, List<Past> present, Transaction transaction, long now)
    {
        features["travel_speed_by_card"] = 0;
        if (present.Count == 0 || !IsPresent(transaction)) return;
        if (!s_places.TryGetValue(present[^1].Transaction.MerchantCountry.ToString(), out var from)) return;
        if (!s_places.TryGetValue(transaction.MerchantCountry.ToString(), out var to) || from == to) return;
        var (a, b) = (Direction(from), Direction(to));
        double kilometres = 6_371.0088 * Math.Acos((a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z));
        features["travel_speed_by_card"] = kilometres / (Math.Max(now - present[^1].Time, 60_000_000) / 3_600e6);
    }

    static (double X, double Y, double Z) Direction((double Latitude, double Longitude) place)
    {
        double latitude = place.Latitude * Math.PI / 180, longitude = place.Longitude * Math.PI / 180;
        return (Math.Cos(latitude) * Math.Cos(longitude), Math.Cos(latitude) * Math.Sin(longitude), Math.Sin(latitude));
    }

    static bool IsPresent(Transaction transaction) => transaction.EntryMode is EntryMode.Chip or EntryMode.Contactless or EntryMode.Magstripe;

    static int HourOfWeek(Transaction transaction)
    {
        var time = transaction.EventTime.ToDateTimeOffset();
        return (((int)time.DayOfWeek + 6) % 7 * 24) + time.Hour;
    }

    static double Since(long then, long now) => Math.Clamp((now - then) / 1e6, 0, Never);

    const long Day = 86_400_000_000;
    const double Never = 90 * 86_400;

    /// <summary>
    /// Brussels, New York (40°42'51"N 74°00'23"W), Tokyo and Santiago: what <see cref="RandomStream"/> draws from, but for ZZ, which has no place.
    /// </summary>
    static readonly Dictionary<string, (double Latitude, double Longitude)> s_places = new()
    {
        ["BE"] = (50 + (50 / 60.0), 4 + (20 / 60.0)),
        ["US"] = (40 + (42 / 60.0) + (51 / 3_600.0), -(74 + (0 / 60.0) + (23 / 3_600.0))),
        ["JP"] = (35 + (39 / 60.0) + (16 / 3_600.0), 139 + (44 / 60.0) + (41 / 3_600.0)),
        ["CL"] = (-(33 + (27 / 60.0)), -(70 + (40 / 60.0))),
    };

    static readonly (string Name, long Length)[] Windows =
    [
        ("100ms", 100_000), ("1s", 1_000_000), ("10s", 10_000_000), ("1min", 60_000_000), ("10min", 600_000_000),
        ("1h", 3_600_000_000), ("1d", Day), ("7d", 7 * Day), ("14d", 14 * Day), ("30d", 30 * Day),
    ];
}
