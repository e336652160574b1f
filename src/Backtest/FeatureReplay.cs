using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Backtest;

/// <summary>
/// A history through the streaming path: labels at their arrival, transactions one at a time in time order, features from
/// <see cref="PartitionFeatures"/>. The live service runs the same code; only the source and the clock differ.
/// </summary>
public static class FeatureReplay
{
    /// <summary>What every replay computes features under: the defaults.</summary>
    internal static FeatureOptions Options { get; } = new();

    /// <summary>Every transaction before a moment, with its features; repeats have none and are left out.</summary>
    /// <param name="history">In time order.</param>
    /// <param name="labelDelay">From a transaction to its label, where the history does not say when a label arrived.</param>
    /// <param name="end">The first moment that is not read.</param>
    /// <param name="told">Told of each label as it arrives.</param>
    /// <param name="partitions">Where the state is kept, new; null for one partition, which is the default.</param>
    /// <returns>Lazily, one pass; each item's features are overwritten by the next.</returns>
    public static IEnumerable<ReplayedTransaction> Read(
        IEnumerable<LabelledTransaction> history, TimeSpan labelDelay, Instant end, IReadOnlyCollection<TestRows> told, ReplayPartitions? partitions = null)
    {
        partitions ??= new();
        foreach (HistoryEvent next in History.Merge(history, labelDelay))
        {
            if (next.Stamp >= end) yield break;
            if (next.Label is { } label)
            {
                partitions.Add(label, next.Stamp);
                foreach (TestRows rows in told) rows.Add(label, next.Stamp);
            }
            if (next.Transaction is { } labelled && partitions.Next(labelled.Transaction, next.Stamp) is { } vector) yield return new(labelled, vector);
        }
    }
}

/// <summary>One transaction of a replay.</summary>
/// <param name="Labelled">The transaction, and what it turned out to be, for training and metrics only.</param>
/// <param name="Features">Its features; overwritten by the next transaction.</param>
public readonly record struct ReplayedTransaction(LabelledTransaction Labelled, FeatureVector Features)
{
    /// <summary>When it took place.</summary>
    public Instant EventTime => Labelled.Transaction.EventTime;

    /// <summary>Whether it turned out to be fraud.</summary>
    public bool Fraud => Labelled.Value == LabelValue.Fraud;
}
