namespace Vigil.Ingest;

/// <summary>Turns a labelled history into the stream that a live log would have been.</summary>
public static class History
{
    /// <summary>
    /// The transactions in their order, and every known label, fraud and genuine, at the time at which it arrives; a label comes before the transactions of its
    /// own stamp, labels of one stamp in the order of their transactions, and labels that arrive after the last transaction at the end.
    /// </summary>
    /// <param name="transactions">By event time; equal times stay in their order.</param>
    /// <param name="labelDelay">From a transaction's event time to its label's arrival, where the source has no label time of its own.</param>
    /// <exception cref="SourceException">While reading: a transaction is earlier than the one before it, or later than its own label's time.</exception>
    public static IEnumerable<HistoryEvent> Merge(IEnumerable<LabelledTransaction> transactions, TimeSpan labelDelay)
    {
        ArgumentNullException.ThrowIfNull(transactions);
        ArgumentOutOfRangeException.ThrowIfLessThan(labelDelay, TimeSpan.Zero);
        return MergeInOrder(transactions, labelDelay);
    }

    static IEnumerable<HistoryEvent> MergeInOrder(IEnumerable<LabelledTransaction> transactions, TimeSpan labelDelay)
    {
        var pending = new PriorityQueue<Label, (Instant Arrival, long Number)>();
        var last = new Instant(long.MinValue);
        long number = 0;
        foreach (var labelled in transactions)
        {
            number++;
            var time = labelled.Transaction.EventTime;
            if (time < last)
                throw new SourceException(
                    $"Transaction {number} of the history is of {time}, earlier than the one before it ({last}). Sort the source by time.");
            last = time;
            while (pending.TryPeek(out _, out var next) && next.Arrival <= time) yield return Arrive(pending);
            yield return new HistoryEvent(time, labelled, null);
            if (labelled.Value is { } value)
            {
                var arrival = labelled.LabelTime ?? time + labelDelay;
                if (arrival < time)
                    throw new SourceException($"Transaction {number} of the history is of {time}, later than its own label's time ({arrival}).");
                pending.Enqueue(LabelOf(labelled, value, arrival), (arrival, number));
            }
        }
        while (pending.Count > 0) yield return Arrive(pending);
    }

    static HistoryEvent Arrive(PriorityQueue<Label, (Instant Arrival, long Number)> pending)
    {
        var label = pending.Dequeue();
        return new HistoryEvent(label.LabelTime, null, label);
    }

    static Label LabelOf(in LabelledTransaction labelled, LabelValue value, Instant arrival) => new()
    {
        TransactionId = labelled.Transaction.TransactionId,
        CardToken = labelled.Transaction.CardToken,
        Value = value,
        FraudType = labelled.FraudType,
        LabelTime = arrival,
        Source = labelled.Source ?? LabelSource.Issuer,
        EventTime = labelled.Transaction.EventTime,
        MerchantId = labelled.Transaction.MerchantId,
        TerminalId = labelled.Transaction.TerminalId,
        Amount = labelled.Transaction.Amount,
    };
}
