using System.Text.RegularExpressions;
using Vigil.Features;

namespace Vigil.Model;

/// <summary>Features that tell of one thing and so are judged together: to change one of them alone would leave the rest to tell it.</summary>
/// <param name="Code">Short and stable.</param>
/// <param name="Text">What the group tells.</param>
/// <param name="Features">Positions in <see cref="FeatureList.Numeric"/>.</param>
sealed record ReasonGroup(string Code, string Text, IReadOnlyList<int> Features)
{
    static readonly (string Code, string Text, string Pattern)[] _topics =
    [
        ("MERCHANT_FRAUD", "frauds reported at this merchant", "_by_merchant$"),
        ("AMOUNT_HIGH_BEFORE", "high amounts in the last days", "^amount_(max|over_3_medians)"),
        ("AMOUNT_SPENT", "spent within a short time", "^amount_sum"),
        ("AMOUNT_UNUSUAL", "amount against the card's usual", "^amount"),
        ("VELOCITY", "transactions within a short time", "^(time_delta|transaction_count)"),
        ("SPREAD", "different merchants, countries or entry modes within a short time", "_distinct_count_"),
        ("DECLINED", "declined transactions within a short time", "^declined_count"),
        ("CARD_TESTING", "small amounts in a row", "^small_amount_run"),
        ("MERCHANT_UNUSUAL", "merchant against the card's usual", "^m(erchant|cc)_"),
        ("TRAVEL", "country against the card's usual", "^(country|travel)_"),
    ];

    /// <summary>Every numeric feature in one group: by topic, or alone under its own name where no topic covers it.</summary>
    internal static IReadOnlyList<ReasonGroup> All { get; } = Enumerable.Range(0, FeatureList.Numeric.Count)
        .GroupBy(Topic)
        .Select(group => new ReasonGroup(group.Key.Code, group.Key.Text, [.. group]))
        .ToList();

    static (string Code, string Text) Topic(int feature)
    {
        var (name, _, formula, _) = FeatureList.Numeric[feature];
        foreach (var (code, text, pattern) in _topics)
            if (Regex.IsMatch(name, pattern, RegexOptions.CultureInvariant)) return (code, text);
        return (name.ToUpperInvariant(), formula);
    }
}
