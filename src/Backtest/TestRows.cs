using Vigil.Ingest;

namespace Vigil.Backtest;

/// <summary>
/// Which transactions a fold is tested on: those of its test window, without the cards whose fraud is known by then and that an issuer would have
/// blocked. Known at a test day's start is every fraud since <see cref="Fold.BlockedFrom"/> whose label had arrived (handbook, chapter 3).
/// Told of labels and transactions in the order of a replay.
/// </summary>
public sealed class TestRows(Fold fold)
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    readonly HashSet<UInt128> _known = [];
    readonly List<(Instant Arrival, UInt128 Card)> _arrived = [];

    /// <summary>A label arrives.</summary>
    public void Add(in Label label, Instant arrival)
    {
        if (label.Value == LabelValue.Fraud && label.EventTime >= fold.BlockedFrom && arrival < fold.Test.To)
            _arrived.Add((arrival, label.CardToken.Hash128()));
    }

    /// <summary>Whether a transaction is tested; one without a label never is.</summary>
    public bool Contains(in LabelledTransaction labelled)
    {
        Transaction transaction = labelled.Transaction;
        if (labelled.Value is null || !fold.Test.Contains(transaction.EventTime)) return false;
        LearnUntil(StartOfDay(transaction.EventTime));
        return !_known.Contains(transaction.CardToken.Hash128());
    }

    Instant StartOfDay(Instant time) => fold.Test.From + (Day * Math.Floor((time - fold.Test.From) / Day));

    void LearnUntil(Instant start)
    {
        int learnt = 0;
        for (; learnt < _arrived.Count && _arrived[learnt].Arrival < start; learnt++) _known.Add(_arrived[learnt].Card);
        _arrived.RemoveRange(0, learnt);
    }
}
