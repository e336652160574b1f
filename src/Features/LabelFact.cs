using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// One label as the features see it, in 32 bytes. Facts sort by the labelled transaction's event time, then transaction; of one transaction the fact of the
/// latest label time comes last, of equal ones that of the latest step, then fraud: the last in effect is the one that counts.
/// </summary>
/// <param name="EventTime">Of the labelled transaction, in microseconds.</param>
/// <param name="Transaction">Hash of its id.</param>
/// <param name="Step">The step in which the label's record is stamped.</param>
/// <param name="TimeAndValue">Twice the label's time in microseconds, plus 1 for a fraud.</param>
readonly record struct LabelFact(long EventTime, ulong Transaction, int Step, long TimeAndValue) : IComparable<LabelFact>
{
    internal bool IsFraud => (TimeAndValue & 1) != 0;

    long LabelTime => TimeAndValue >> 1;

    internal static LabelFact From(in Label label, int step) => new(
        label.EventTime.Microseconds,
        label.TransactionId.Hash64(),
        step,
        (label.LabelTime.Microseconds * 2) + (label.Value == LabelValue.Fraud ? 1 : 0));

    internal bool IsOfSameTransaction(in LabelFact other) => EventTime == other.EventTime && Transaction == other.Transaction;

    /// <inheritdoc/>
    public int CompareTo(LabelFact other)
    {
        int order = EventTime.CompareTo(other.EventTime);
        if (order == 0) order = Transaction.CompareTo(other.Transaction);
        if (order == 0) order = LabelTime.CompareTo(other.LabelTime);
        if (order == 0) order = Step.CompareTo(other.Step);
        return order == 0 ? IsFraud.CompareTo(other.IsFraud) : order;
    }
}
