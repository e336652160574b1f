using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// The features of one partition's transactions, in the order of its log: the histories of its cards, and the shared facts as of each
/// record's stamp. Same records, same facts, same options: same bits. One thread at a time.
/// </summary>
public sealed class PartitionFeatures
{
    readonly SharedFacts _facts;
    readonly int _historyLength;
    readonly CardStore<CardHistory> _cards = new();
    readonly CardStoreSnapshot<CardHistory> _snapshot;
    readonly FeatureVector _vector = new();

    /// <summary>No history yet.</summary>
    /// <param name="facts">Shared by all partitions of the process.</param>
    /// <param name="options">The same for all partitions and for the model's training.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range.</exception>
    public PartitionFeatures(SharedFacts facts, FeatureOptions options)
    {
        _facts = facts;
        _historyLength = options.Checked().HistoryLength;
        _snapshot = new(_cards, SnapshotSection.Histories, CardHistory.Save, reader => CardHistory.Restore(reader, _historyLength));
    }

    /// <summary>Cards with a history.</summary>
    public int Cards => _cards.Count;

    /// <summary>
    /// Transactions so far whose event time lay before their card's latest; their features take the card's latest time for now.
    /// </summary>
    public long LateTransactions { get; private set; }

    /// <summary>Transactions so far that repeated one of their card's newest; they have no features and are not remembered.</summary>
    public long RepeatedTransactions { get; private set; }

    /// <summary>
    /// A transaction's features from what came before it; then the card's history takes it in. Allocates only while histories grow.
    /// </summary>
    /// <param name="transaction">The partition's next.</param>
    /// <param name="stamp">Its record's timestamp, which decides what labels are in effect.</param>
    /// <returns>One vector, filled anew by every call; null where the transaction repeats one that the card's history remembers: it changes nothing.</returns>
    /// <exception cref="InvalidOperationException">The facts that this stamp may see are gone: <see cref="SharedFacts.Forget"/>.</exception>
    public FeatureVector? Next(in Transaction transaction, Instant stamp)
    {
        ulong merchant = transaction.MerchantId.Hash64();
        long amount = Math.Clamp(transaction.Amount, 0, FeatureList.LargestAmount);
        var risk = _facts.Labels.AsOf(merchant, stamp);
        _vector.Card = transaction.CardToken.Hash128();
        var history = _cards.Open(_vector.Card) ??= new(_historyLength);
        long now = Now(history, transaction.EventTime);
        _vector.EventTimeMicroseconds = now;
        history.MoveTo(now);

        var writer = new FeatureWriter(_vector.Numeric);
        CardFeatures.Write(history, now, amount, merchant, ref writer);
        MerchantFeatures.Write(risk, now, ref writer);
        CategoricalFeatures.Write(transaction, _vector.Categorical);

        history.Add(now, amount, merchant);
        return _vector;
    }

    /// <summary>Begins to copy the state as it is now, while the stream goes on. What is not a card's is copied at once.</summary>
    /// <param name="take">Takes full blocks over; called by this, by <see cref="CopyNext"/> and by <see cref="Next"/>.</param>
    public void BeginCopy(Action<SnapshotBlock> take)
    {
        var writer = new StateWriter(SnapshotSection.Partition, take);
        writer.BeginRecord();
        Save(writer);
        writer.EndRecord();
        writer.Flush();
        _snapshot.BeginCopy(take);
    }

    /// <summary>Copies at most one more card.</summary>
    /// <returns>False once the copy is whole.</returns>
    public bool CopyNext() => _snapshot.CopyNext();

    /// <summary>Gives the copy under way up.</summary>
    public void EndCopy() => _snapshot.EndCopy();

    /// <summary>Takes a block of a copy in; all of them, into features that have seen nothing, make the state that was copied.</summary>
    /// <exception cref="InvalidDataException">The block does not hold what its section promises.</exception>
    public void Restore(StateReader block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (block.Section == SnapshotSection.Histories)
        {
            _snapshot.Restore(block);
            return;
        }
        block.BeginRecord();
        RestoreFields(block);
        block.EndRecord();
    }

    /// <summary>Writes what is not a card's; <see cref="RestoreFields"/> reads it in the same order.</summary>
    void Save(StateWriter writer)
    {
        writer.Write(LateTransactions);
        writer.Write(RepeatedTransactions);
    }

    void RestoreFields(StateReader reader)
    {
        LateTransactions = reader.Read<long>();
        RepeatedTransactions = reader.Read<long>();
    }

    /// <summary>A card's time never runs backwards: a late transaction counts as of the card's latest.</summary>
    long Now(CardHistory history, Instant eventTime)
    {
        if (history.Latest is not long latest || latest <= eventTime.Microseconds) return eventTime.Microseconds;
        LateTransactions++;
        return latest;
    }
}
