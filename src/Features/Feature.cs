namespace Vigil.Features;

/// <summary>How a feature's raw value is bent before it is standardised for the encoder.</summary>
public enum FeatureScale : byte
{
    /// <summary>As it is.</summary>
    Linear,
    /// <summary>sign(x) · ln(1 + |x|): for times, counts and amounts that span decades.</summary>
    Log,
}

/// <summary>One numeric feature of a transaction.</summary>
/// <param name="Name">{on}_{how}_{window}_by_{key}, unique in the list.</param>
/// <param name="Unit">Of the raw value: s, minor units, bit, count, share.</param>
/// <param name="Formula">What it is, in one line.</param>
/// <param name="Scale">How the encoder bends it.</param>
public sealed record Feature(string Name, string Unit, string Formula, FeatureScale Scale);

/// <summary>One categorical feature of a transaction.</summary>
/// <param name="Name">Unique in the list.</param>
/// <param name="Cardinality">Its values are 0 to Cardinality - 1.</param>
/// <param name="Formula">What it is, in one line.</param>
public sealed record CategoricalFeature(string Name, int Cardinality, string Formula);
