using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// The features of one partition's transactions, in the order of its log: the histories of its cards, and the shared facts as of each
/// record's stamp. Same records, same facts, same options: same bits. One thread at a time.
/// </summary>
/// <param name="facts">Shared by all partitions of the process.</param>
/// <param name="options">The same for all partitions and for the model's training.</param>
/// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range.</exception>
public sealed class PartitionFeatures(LabelFacts facts, FeatureOptions options)
{
    readonly CardStore<CardHistory> _cards = new();
    readonly FeatureVector _vector = new();
    readonly int _historyLength = options.Checked().HistoryLength;

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
    /// <exception cref="InvalidOperationException">The facts that this stamp may see are gone: <see cref="LabelFacts.Forget"/>.</exception>
    public FeatureVector? Next(in Transaction transaction, Instant stamp)
    {
        ulong merchant = transaction.MerchantId.Hash64();
        long amount = Math.Clamp(transaction.Amount, 0, FeatureList.LargestAmount);
        var risk = facts.AsOf(merchant, stamp);
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

    /// <summary>A card's time never runs backwards: a late transaction counts as of the card's latest.</summary>
    long Now(CardHistory history, Instant eventTime)
    {
        if (history.Latest is not long latest || latest <= eventTime.Microseconds) return eventTime.Microseconds;
        LateTransactions++;
        return latest;
    }
}
