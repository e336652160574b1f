namespace Vigil.Features;

/// <summary>Every feature, in the order in which vectors hold them.</summary>
public static class FeatureList
{
    /// <summary>The numeric features.</summary>
    public static IReadOnlyList<Feature> Numeric { get; } =
    [
        new("time_delta", "s", "since the card's previous transaction; 0 for its first", FeatureScale.Log),
        new("amount_ratio", "1", "amount over the mean of the card's earlier amounts; 1 for its first", FeatureScale.Log),
        new("merchant_entropy", "bit", "Shannon entropy of the merchants in the card's history before this transaction", FeatureScale.Linear),
    ];

    /// <summary>The categorical features.</summary>
    public static IReadOnlyList<CategoricalFeature> Categorical { get; } =
    [
        new("entry_mode", 7, "the entry mode's ordinal"),
        new("hour_of_week", 168, "whole hours since Monday 00:00 UTC"),
    ];
}
