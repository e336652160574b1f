namespace Vigil.Model;

/// <summary>
/// Leaves features out of a model. A training sees 0 in their place; afterwards an encoder is indifferent to them, so scoring needs no mask.
/// </summary>
sealed class FeatureMask(FeatureSet features)
{
    readonly int[] _hiddenNumeric = Places(features.Numeric, name => !IsKept(features, name));
    readonly int[] _hiddenCategorical = Places(features.Categorical, name => !IsKept(features, name));

    /// <summary>Where the numeric features that the model has lie in a vector.</summary>
    internal int[] Numeric { get; } = Places(features.Numeric, name => IsKept(features, name));

    /// <summary>Where the categorical features that the model has lie in a vector.</summary>
    internal int[] Categorical { get; } = Places(features.Categorical, name => IsKept(features, name));

    internal void Hide(Span<float> numeric, Span<int> categorical)
    {
        foreach (int place in _hiddenNumeric) numeric[place] = 0;
        foreach (int place in _hiddenCategorical) categorical[place] = 0;
    }

    /// <summary>
    /// Gives every category of a hidden feature the embedding of the only one that training saw. Numbers need no such thing: <see cref="Normalisation"/> reads
    /// what never varied in training as 0.
    /// </summary>
    internal void Neutralise(IReadOnlyDictionary<string, Weight> weights)
    {
        foreach (int place in _hiddenCategorical)
        {
            var weight = weights[$"categorical.{place}.weight"];
            int width = weight.Shape[1];
            for (int category = 1; category < weight.Shape[0]; category++) Array.Copy(weight.Values, 0, weight.Values, category * width, width);
        }
    }

    static bool IsKept(FeatureSet features, string name) => features.Without?.Contains(name) != true;

    static int[] Places(IReadOnlyList<string> names, Func<string, bool> wanted) => [.. Enumerable.Range(0, names.Count).Where(place => wanted(names[place]))];
}
