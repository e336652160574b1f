using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Backtest;

/// <summary>
/// The state of a replay: its partitions' features, each card in the partition that <see cref="CardPartitioner"/> gives it, and the facts that all share.
/// Records come in the order of their stamps over all partitions, so what no later stamp can see is forgotten, and what a partition counted of merchants comes
/// back stamped as the transaction that closed the step, before any later step is asked.
/// </summary>
public sealed class ReplayPartitions
{
    readonly FeatureOptions _options;
    readonly SharedFacts _facts;
    readonly PartitionFeatures?[] _partitions;

    /// <summary>Partitions without any history.</summary>
    /// <param name="count">How many. The default value is 1. Value must be from 1 to 100,000.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">The number is out of its range.</exception>
    public ReplayPartitions(int count = 1)
    {
        _options = new() { Partitions = count };
        _facts = new(_options);
        _partitions = new PartitionFeatures?[count];
    }

    /// <summary>
    /// Transactions so far that repeated one of their card's newest and have no features: <see cref="PartitionFeatures.RepeatedTransactions"/>.
    /// </summary>
    public long RepeatedTransactions => _partitions.Sum(partition => partition?.RepeatedTransactions ?? 0);

    /// <summary>A label arrives.</summary>
    internal void Add(in Label label, Instant stamp) => _facts.Add(label, stamp);

    /// <summary>A transaction's features from what came before it, overwritten by its partition's next; null for a repeat.</summary>
    internal FeatureVector? Next(in Transaction transaction, Instant stamp)
    {
        _facts.Forget(stamp);
        int number = CardPartitioner.PartitionOf(transaction.CardToken, _partitions.Length);
        var partition = _partitions[number] ??= new(_facts, _options);
        var vector = partition.Next(transaction, stamp);
        foreach (MerchantActivity activity in partition.TakeClosed(number)) _facts.Add(activity, stamp);
        return vector;
    }
}
