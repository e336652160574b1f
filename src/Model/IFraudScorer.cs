using Vigil.Features;

namespace Vigil.Model;

/// <summary>Scores one partition's transactions in the order of its log. Used by one thread.</summary>
public interface IFraudScorer
{
    /// <summary>Scores a transaction and remembers it.</summary>
    FraudScore Score(FeatureVector features);

    /// <summary>Remembers a transaction as <see cref="Score"/> would, without a score: for silent replay.</summary>
    void Observe(FeatureVector features);
}
