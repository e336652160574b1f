using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using static Vigil.Features.FeatureScale;

namespace Vigil.Features;

/// <summary>
/// Every feature, in the order in which vectors hold them. All are of the time just before the transaction: "history" is the card's
/// newest transactions before it, at most <see cref="FeatureOptions.HistoryLength"/>; "labels" are those of the merchant in effect.
/// </summary>
public static class FeatureList
{
    /// <summary>The windows over a card's history, shortest first; ends are the transaction's event time.</summary>
    public static IReadOnlyList<Window> CardWindows { get; } =
    [
        new("100ms", TimeSpan.FromMilliseconds(100)),
        new("1s", TimeSpan.FromSeconds(1)),
        new("10s", TimeSpan.FromSeconds(10)),
        new("1min", TimeSpan.FromMinutes(1)),
        new("10min", TimeSpan.FromMinutes(10)),
        new("1h", TimeSpan.FromHours(1)),
        new("1d", TimeSpan.FromDays(1)),
        new("7d", TimeSpan.FromDays(7)),
        new("14d", TimeSpan.FromDays(14)),
        new("30d", TimeSpan.FromDays(30)),
    ];

    /// <summary>The windows over a merchant's minutes in one partition, shortest first: whole minutes, the last the transaction's own.</summary>
    public static IReadOnlyList<Window> MinuteWindows { get; } =
    [
        new("10min", TimeSpan.FromMinutes(10)),
        new("1h", TimeSpan.FromHours(1)),
    ];

    /// <summary>
    /// The windows over the shared facts about a merchant, shortest first: whole steps, of labels by arrival, the last the newest step in effect.
    /// </summary>
    public static IReadOnlyList<Window> LabelWindows { get; } =
    [
        new("1d", TimeSpan.FromDays(1)),
        new("7d", TimeSpan.FromDays(7)),
        new("28d", TimeSpan.FromDays(28)),
    ];

    /// <summary>What a time since something counts as where that never happened, and at most: 90 days.</summary>
    public static TimeSpan LongestTime { get; } = TimeSpan.FromDays(90);

    /// <summary>What an amount above it counts as, so that sums of a whole history are exact: 2^47 minor units.</summary>
    public static long LargestAmount { get; } = 1L << 47;

    /// <summary>What amounts are small, at most: 500 minor units. Stolen numbers are tried out with runs of such amounts.</summary>
    public static long SmallAmount { get; } = 500;

    /// <summary>Numbers of countries: two letters each, and none.</summary>
    internal const int Countries = (26 * 26) + 1;

    internal const int HoursPerWeek = 168;

    /// <summary>The numeric features.</summary>
    public static IReadOnlyList<Feature> Numeric { get; } =
    [
        // The card: the first three are what the product is known for.
        new("time_delta", "s", "since the card's previous transaction; 0 for its first and where time runs backwards", Log),
        new("amount_ratio", "1", "amount over the mean of the history (at least 1 minor unit); 1 without history", Log),
        new("merchant_entropy", "bit", "Shannon entropy of the merchants in the history; 0 without history", Linear),
        new("amount", "minor units", "the transaction's amount", Log),
        new("amount_zscore_by_card", "1", "(amount - mean) / standard deviation (at least 1 minor unit) of the history; 0 without history", Log),
        new("transaction_count_by_card", "count", "transactions in the history", Log),
        .. CardWindows.Select(window => new Feature(
            $"transaction_count_{window.Name}_by_card", "count", $"transactions of the history in the last {window.Name}", Log)),
        .. CardWindows.Select(window => new Feature(
            $"amount_sum_{window.Name}_by_card", "minor units", $"sum of the history's amounts in the last {window.Name}", Log)),
        .. CardWindows.Select(window => new Feature(
            $"merchant_distinct_count_{window.Name}_by_card", "count", $"different merchants of the history in the last {window.Name}", Log)),
        .. CardWindows.Select(window => new Feature(
            $"country_distinct_count_{window.Name}_by_card", "count", $"different countries of the history in the last {window.Name}", Log)),
        .. CardWindows.Select(window => new Feature(
            $"entry_mode_distinct_count_{window.Name}_by_card", "count", $"different entry modes of the history in the last {window.Name}", Log)),
        .. CardWindows.Select(window => new Feature(
            $"declined_count_{window.Name}_by_card", "count", $"declined transactions of the history in the last {window.Name}", Log)),

        // The card's usual amount: a median, because a burst of fraud moves a mean and hides in it.
        new("amount_over_median_30d_by_card", "1", "amount over the median (at least 1 minor unit) of the last 30d; 1 where that is empty", Log),
        new("amount_max_over_median_7d_by_card", "1", "largest amount of the last 7d over the median of the last 30d; 0 where empty", Log),
        new("amount_max_over_median_14d_by_card", "1", "largest amount of the last 14d over the median of the last 30d; 0 where empty", Log),
        new("amount_over_3_medians_count_7d_by_card", "count", "amounts of the last 7d above three medians of the last 30d", Log),
        new("amount_over_3_medians_count_14d_by_card", "count", "amounts of the last 14d above three medians of the last 30d", Log),

        // Card testing: runs of small amounts.
        new("small_amount_run_length_by_card", "count", "newest amounts of the history in a row that are at most 500 minor units", Log),
        new("small_amount_run_age_by_card", "s", "since the first of that run; 90d where there is none, and at most", Log),

        // The card's habits: where, with what, and when it pays.
        new("merchant_is_new_by_card", "0 or 1", "1 where the history holds no transaction at this merchant", Linear),
        new("merchant_time_since_last_by_card", "s", "since the history's last transaction at this merchant; 90d where none, and at most", Log),

        new("mcc_entropy_by_card", "bit", "Shannon entropy of the merchant category codes in the history; 0 without history", Linear),
        new("country_is_new_by_card", "0 or 1", "1 where the history holds no transaction in this country", Linear),
        new("device_is_new_by_card", "0 or 1", "1 where the history holds no transaction with this device; 0 where there is no device", Linear),
        new("hour_of_week_surprise_by_card", "bit", "-log2((c + 1) / (n + 56)), where c of the history's n lie within one hour of the week of this", Linear),
        new("travel_speed_by_card", "km/h",
            "from the country of the history's last transaction with the card present, in at least 1 minute; 0 where none or this is without the card", Log),

        // The merchant, then its terminal (of one that is not named nothing is known).
        .. Acceptor("merchant"),
        .. Acceptor("terminal"),
    ];

    /// <summary>The categorical features.</summary>
    public static IReadOnlyList<CategoricalFeature> Categorical { get; } =
    [
        new("mcc", 512, "the merchant category code, hashed: (code · 2654435769 mod 2^32) / 2^23, rounded down"),
        new("merchant_country", Countries, "1 + 26 · first letter + second letter (A is 0); 0 where absent"),
        new("entry_mode", 7, "the entry mode's ordinal"),
        new("hour_of_week", HoursPerWeek, "whole hours since Monday 00:00 UTC"),
    ];

    /// <summary>Twelve hexadecimal digits that change whenever a name, unit, formula, scale or the order of this list changes.</summary>
    public static string Version { get; } = Hash();

    static readonly FrozenDictionary<string, int> s_positions =
        Numeric.Select((feature, position) => (feature.Name, position)).ToFrozenDictionary(pair => pair.Name, pair => pair.position);

    /// <summary>Where a numeric feature lies in <see cref="Numeric"/> and in every vector.</summary>
    /// <exception cref="KeyNotFoundException">No feature has this name.</exception>
    public static int IndexOf(string name) =>
        s_positions.TryGetValue(name, out int position)
        ? position
        : throw new KeyNotFoundException($"No numeric feature is called '{name}'.");

    /// <summary>The features of a merchant or of one of its terminals: the same of both.</summary>
    static IEnumerable<Feature> Acceptor(string key) =>
    [
        // How busy it is: the last minutes as this partition saw them, whole steps as all partitions counted them.
        .. MinuteWindows.Select(window => new Feature(
            $"transaction_count_{window.Name}_by_{key}", "count",
            $"transactions of the partition in the last {window.Name}, by whole minutes, times the partitions", Log)),
        .. LabelWindows.Select(window => new Feature(
            $"transaction_count_{window.Name}_by_{key}", "count", $"transactions of all partitions in the last {window.Name}, by whole steps in effect", Log)),
        .. MinuteWindows.Concat(LabelWindows).Select(window => new Feature(
            $"amount_mean_{window.Name}_by_{key}", "minor units", $"mean amount of the transactions counted in the last {window.Name}; 0 where none", Log)),

        // Its risk, from the labels that had arrived: a fact stamped in step k counts from step k + 2 on.
        .. LabelWindows.Select(window => new Feature(
            $"fraud_count_{window.Name}_by_{key}", "count", $"labelled frauds that arrived in the last {window.Name}", Log)),
        .. LabelWindows.Select(window => new Feature(
            $"label_count_{window.Name}_by_{key}", "count", $"labels, genuine ones too, that arrived in the last {window.Name}", Log)),
        .. LabelWindows.Select(window => new Feature(
            $"fraud_share_{window.Name}_by_{key}", "share", $"fraud count / (label count + 1) of the last {window.Name}", Linear)),

        // Its newest run of labelled frauds: neighbours in event time with no genuine label between, among the arrivals of 28 days.
        new($"fraud_run_length_28d_by_{key}", "count", "labelled frauds in the newest run; 0 where none", Log),
        new($"fraud_run_age_28d_by_{key}", "s", "since the event time of the newest run's first fraud; 90d where none, and at most", Log),
        new($"fraud_time_since_last_28d_by_{key}", "s", "since the event time of the last labelled fraud; 90d where none, and at most", Log),
        new($"genuine_count_since_fraud_28d_by_{key}", "count", "genuine labels later in event time than the last labelled fraud", Log),
    ];

    static string Hash()
    {
        var lines = Numeric.Select(feature => $"{feature.Name}|{feature.Unit}|{feature.Formula}|{feature.Scale}\n")
            .Concat(Categorical.Select(feature => $"{feature.Name}|{feature.Cardinality}|{feature.Formula}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))))[..12];
    }
}
