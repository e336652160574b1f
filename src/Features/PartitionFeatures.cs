using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// The features of one partition's transactions, in the order of its log: the histories of its cards, and the shared facts as of each
/// record's stamp. Same records, same facts, same options: same bits. One thread at a time.
/// </summary>
public sealed class PartitionFeatures
{
    const int SweptPerTransaction = 16; // One more card a transaction at most, and so many looked at: a sweep keeps up.

    readonly PartitionMerchants _merchants;
    readonly int _historyLength;
    readonly StateStore<CardHistory> _cards = new();
    readonly StateStoreSnapshot<CardHistory> _snapshot;
    readonly IsPast<CardHistory> _isIdle;
    readonly Action<UInt128, CardHistory> _forget;
    readonly CardClock _clock;
    readonly FeatureVector _vector = new();

    /// <summary>No history yet.</summary>
    /// <param name="facts">Shared by all partitions of the process.</param>
    /// <param name="options">The same for all partitions and for the model's training.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range.</exception>
    public PartitionFeatures(SharedFacts facts, FeatureOptions options)
    {
        _historyLength = options.Checked().HistoryLength;
        _clock = new(options.CardIdleAge);
        _isIdle = (ref history) => history.Latest is long latest && _clock.IsIdle(latest);
        _forget = (card, _) => _vector.Forgotten.Add(card);
        _vector.Forgotten.EnsureCapacity(SweptPerTransaction + 1);
        _merchants = new(facts, options);
        _snapshot = new(_cards, SnapshotSection.Histories, CardHistory.Save, (_, reader) => CardHistory.Restore(reader, _historyLength));
    }

    /// <summary>Cards with a history; idle ones count until they are swept out.</summary>
    public int Cards => _cards.Count;

    /// <summary>
    /// Transactions so far whose event time lay before their card's latest; their features take the card's latest time for now.
    /// </summary>
    public long LateTransactions { get; private set; }

    /// <summary>Transactions so far that repeated one of their card's newest; they have no features and are not remembered.</summary>
    public long RepeatedTransactions { get; private set; }

    /// <summary>
    /// The newest stamp so far, which an earlier one counts as: within a partition stamps never run backwards, so none can ask for facts that are forgotten.
    /// Null before the first transaction.
    /// </summary>
    public Instant? NewestStamp => _merchants.NewestStamp;

    /// <summary>
    /// A transaction's features from what came before it; then the card's history takes it in. Allocates only while histories grow.
    /// </summary>
    /// <param name="transaction">The partition's next.</param>
    /// <param name="stamp">Its record's timestamp, which decides what labels are in effect.</param>
    /// <returns>One vector, filled anew by every call; null where the transaction repeats one that the card's history remembers: it changes nothing.</returns>
    /// <exception cref="InvalidOperationException">The facts that this stamp may see are gone: <see cref="SharedFacts.Forget"/>.</exception>
    public FeatureVector? Next(in Transaction transaction, Instant stamp)
    {
        UInt128 card = transaction.CardToken.Hash128();
        _cards.PrefetchBucket(card);
        ulong merchant = _merchants.PrefetchBuckets(transaction);
        _cards.PrefetchSlot(card);
        _merchants.PrefetchSlots();
        ref var history = ref _cards.Open(card);
        history.PrefetchHead();
        _merchants.Prefetch();
        _vector.Forgotten.Clear();
        BeginWhereIdle(ref history, card, transaction.EventTime);
        var next = new CardEvent(transaction, Math.Max(transaction.EventTime.Microseconds, history.Latest ?? long.MinValue), merchant);
        if (history.Repeats(next))
        {
            RepeatedTransactions++;
            return null;
        }
        if (next.Time > transaction.EventTime.Microseconds) LateTransactions++;
        history.PrefetchColumns();
        _merchants.MoveTo(stamp, next.Time);
        history.PrefetchMedian();
        var visits = history.VisitsOf(next);
        history.MoveTo(next.Time);

        (_vector.Card, _vector.EventTimeMicroseconds) = (card, next.Time);
        var writer = new FeatureWriter(_vector.Numeric);
        CardFeatures.Write(history, next, visits, ref writer);
        _merchants.Write(next.Time, ref writer);
        CategoricalFeatures.Write(transaction, _vector.Categorical);

        history.Add(next, visits);
        _merchants.Add(transaction, next.Amount);
        Sweep(next.Time);
        return _vector;
    }

    /// <summary>Forgets a few cards that are idle, where a sweep is under way or begins.</summary>
    /// <param name="time">The transaction's.</param>
    void Sweep(long time)
    {
        if (_clock.Advance(time)) _cards.BeginSweep();
        if (_clock.IsIdle(time)) return; // So late that its own card is idle at once, which must not be forgotten by who has still to take the transaction in.
        _cards.SweepNext(SweptPerTransaction, _isIdle, _forget);
    }

    /// <summary>A card's history begins where there is none, and anew where the card was idle.</summary>
    void BeginWhereIdle(ref CardHistory history, UInt128 card, Instant eventTime)
    {
        if (history.Latest is long latest && _clock.IsIdle(latest, eventTime))
        {
            _vector.Forgotten.Add(card);
            history = default;
        }
        if (history.IsNone) history.Begin(_historyLength);
    }

    /// <summary>
    /// What the partition counted of merchants and terminals in the step that the last transaction closed, for all partitions to read; empty until the next
    /// step closes. What is not taken before then is gone.
    /// </summary>
    /// <param name="partition">The partition's number.</param>
    /// <returns>In the order in which merchants and terminals came. The texts are valid until the next step closes.</returns>
    public IReadOnlyList<MerchantActivity> TakeClosed(int partition) => _merchants.TakeClosed(partition);

    /// <summary>
    /// A card is idle whose latest transaction was before this time, in microseconds: its history begins anew with its next one, so a copy leaves it out.
    /// </summary>
    public long IdleBefore => _clock.IdleBefore;

    /// <summary>
    /// Begins to copy the state as it is now, while the stream goes on, without the cards that are idle now. What is neither a card's nor a merchant's is
    /// copied at once.
    /// </summary>
    /// <param name="take">Takes full blocks over; called by this, by <see cref="CopyNext"/> and by <see cref="Next"/>.</param>
    public void BeginCopy(Action<SnapshotBlock> take)
    {
        var writer = new StateWriter(SnapshotSection.Partition, take);
        writer.BeginRecord();
        Save(writer);
        writer.EndRecord();
        writer.Flush();
        _merchants.BeginCopy(take);
        long idleBefore = IdleBefore; // Now: a card that comes back while the copy is under way is taken as it was, and left out as it was.
        _snapshot.BeginCopy(take, history => history.Latest < idleBefore);
    }

    /// <summary>Copies at most one more card, merchant or terminal.</summary>
    /// <returns>False once the copy is whole.</returns>
    public bool CopyNext() => _merchants.CopyNext() || _snapshot.CopyNext();

    /// <summary>Gives the copy under way up.</summary>
    public void EndCopy()
    {
        _merchants.EndCopy();
        _snapshot.EndCopy();
    }

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
        if (block.Section == SnapshotSection.Merchants)
        {
            _merchants.Restore(block);
            return;
        }
        block.BeginRecord();
        RestoreFields(block);
        block.EndRecord();
    }

    /// <summary>Writes what is not a card's; <see cref="RestoreFields"/> reads it in the same order.</summary>
    void Save(StateWriter writer)
    {
        _clock.Save(writer);
        writer.Write(LateTransactions);
        writer.Write(RepeatedTransactions);
        _merchants.SaveClock(writer);
    }

    void RestoreFields(StateReader reader)
    {
        _clock.Restore(reader);
        LateTransactions = reader.Read<long>();
        RepeatedTransactions = reader.Read<long>();
        _merchants.RestoreClock(reader);
    }
}
