namespace Vigil.Features;

/// <summary>
/// One transaction's features in raw units, in the order of <see cref="FeatureList"/>. A partition owns one vector and fills it
/// anew for every transaction, so that scoring allocates nothing; whoever keeps values copies them.
/// </summary>
public sealed class FeatureVector
{
    /// <summary>The card: the 128-bit hash of its token.</summary>
    public UInt128 Card { get; set; }

    /// <summary>
    /// When the transaction took place, or the card's latest time before it where that is later: within a card it never runs backwards.
    /// </summary>
    public long EventTimeMicroseconds { get; set; }

    /// <summary>
    /// The cards that are forgotten with this transaction because they were idle, a few at most, this card itself where its history begins anew: who keeps
    /// anything of theirs drops it before taking the transaction in.
    /// </summary>
    public List<UInt128> Forgotten { get; } = [];

    /// <summary>One value per entry of <see cref="FeatureList.Numeric"/>; always finite.</summary>
    public double[] Numeric { get; } = new double[FeatureList.Numeric.Count];

    /// <summary>One value per entry of <see cref="FeatureList.Categorical"/>, each below its cardinality.</summary>
    public int[] Categorical { get; } = new int[FeatureList.Categorical.Count];
}
