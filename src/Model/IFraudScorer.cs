using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// Scores one partition's transactions in the order of its log. Used by one thread. A score is a function of the card's transactions and of the model alone:
/// other cards, evictions and restarts with a replay change no bit of it.
/// </summary>
public interface IFraudScorer
{
    /// <summary>In what state the scores so far found their cards' caches; all 0 where the model has none.</summary>
    CacheUse CacheUse { get; }

    /// <summary>Bytes of the cards' caches, at most <see cref="ModelOptions.CacheBytes"/>; 0 where the model has none.</summary>
    long CacheBytes { get; }

    /// <summary>Bytes of the cards' newest transactions, without what the store and objects take themselves.</summary>
    long TokenBytes { get; }

    /// <summary>Scores a transaction and remembers it. Allocates for new cards, and where what is kept of a card grows, only.</summary>
    FraudScore Score(FeatureVector features);

    /// <summary>
    /// Scores a transaction and remembers it now, and says the score now or, where a <see cref="DeviceModel"/> scores in batches, at the latest with its
    /// <see cref="DeviceModel.Flush"/>; in the order of the transactions. <see cref="Explain"/> explains it while the score is said.
    /// </summary>
    /// <param name="features">The transaction's.</param>
    /// <param name="tell">Told the score.</param>
    void Score(FeatureVector features, Action<FraudScore> tell)
    {
        ArgumentNullException.ThrowIfNull(tell);
        tell(Score(features));
    }

    /// <summary>Remembers a transaction as <see cref="Score(FeatureVector)"/> would, without a score: for silent replay.</summary>
    void Observe(FeatureVector features);

    /// <summary>
    /// What the model says of a transaction by its features alone, without the card's sequence. It changes no state: the transaction is to be scored or
    /// observed all the same.
    /// </summary>
    FraudScore Judge(FeatureVector features);

    /// <summary>
    /// The three to five things that raised the score of the transaction just scored most, strongest first: groups of its features, categories, and, where the
    /// model reads them, the card's transactions just before it. It changes no state.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing has been scored since the last <see cref="Observe"/>.</exception>
    IReadOnlyList<Reason> Explain();

    /// <summary>Begins to copy what is remembered of the cards as it is now, while the stream goes on.</summary>
    /// <param name="take">Takes full blocks over; called by this, by <see cref="CopyNext"/> and by whatever is scored or observed.</param>
    /// <param name="idleBefore">As <see cref="PartitionFeatures.IdleBefore"/> is now: cards whose newest transaction was before it are left out.</param>
    void BeginCopy(Action<SnapshotBlock> take, long idleBefore);

    /// <summary>Copies at most one more card.</summary>
    /// <returns>False once the copy is whole.</returns>
    bool CopyNext();

    /// <summary>Gives the copy under way up.</summary>
    void EndCopy();

    /// <summary>Takes a block of a copy in; all of them, into a scorer of the same model that has seen nothing, make what was copied.</summary>
    /// <exception cref="InvalidDataException">The block does not hold what its section promises.</exception>
    void Restore(StateReader block);
}
