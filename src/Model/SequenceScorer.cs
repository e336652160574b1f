using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// Scores one partition's transactions, each after its card's earlier ones. Used by one thread. A score is a function of the card's transactions and of
/// the checkpoint alone: other cards, evictions and restarts with a replay change no bit of it.
/// </summary>
public sealed class SequenceScorer
{
    /// <summary>A scorer that has seen nothing.</summary>
    public SequenceScorer(Checkpoint checkpoint, ModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
    }

    /// <summary>Scores a transaction and remembers it.</summary>
    public FraudScore Score(FeatureVector features) => throw new NotImplementedException();

    /// <summary>Remembers a transaction as <see cref="Score"/> would, without a score: for silent replay.</summary>
    public void Observe(FeatureVector features) => throw new NotImplementedException();

    /// <summary>The three to five features that raised the score of the transaction just scored most, strongest first. It changes no state.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been scored since the last <see cref="Observe"/>.</exception>
    public IReadOnlyList<Reason> Explain() => throw new NotImplementedException();
}
