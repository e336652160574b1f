namespace Vigil.Ingest;

/// <summary>One record of a replayed history, in the order in which a live log would have held it: a transaction or a label.</summary>
/// <param name="Stamp">The time that Kafka's record would bear: a transaction's event time, a label's arrival.</param>
/// <param name="Transaction">The transaction, with its later label for training and metrics only; null for a label.</param>
/// <param name="Label">The label that arrives now; null for a transaction.</param>
public readonly record struct HistoryEvent(Instant Stamp, LabelledTransaction? Transaction, Label? Label);
