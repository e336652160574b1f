using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Backtest;

/// <summary>
/// The state of a replay: its partitions' features, each card in the partition that <see cref="CardPartitioner"/> gives it, and the facts that all share. Records
/// come in the order of their stamps over all partitions, so what no later stamp can see is forgotten day by day.
/// </summary>
public sealed class ReplayPartitions
{
    static readonly TimeSpan s_forgetEvery = TimeSpan.FromDays(1);

    readonly FeatureOptions _options;
    readonly SharedFacts _facts;
    readonly PartitionFeatures?[] _partitions;
    long _day = long.MinValue;

    /// <summary>Partitions without any history.</summary>
    /// <param name="count">How many. The default value is 1. Value must be from 1 to 100,000.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">The number is out of its range.</exception>
    public ReplayPartitions(int count = 1)
    {
        _options = new() { Partitions = count };
        _facts = new(_options);
        _partitions = new PartitionFeatures?[count];
    }

    /// <summary>Transactions so far that repeated one of their card's newest and have no features: <see cref="PartitionFeatures.RepeatedTransactions"/>.</summary>
    public long RepeatedTransactions => _partitions.Sum(partition => partition?.RepeatedTransactions ?? 0);

    /// <summary>A label arrives.</summary>
    internal void Add(in Label label, Instant stamp) => _facts.Add(label, stamp);

    /// <summary>A transaction's features from what came before it, overwritten by its partition's next; null for a repeat.</summary>
    internal FeatureVector? Next(in Transaction transaction, Instant stamp)
    {
        ForgetBefore(stamp);
        int number = CardPartitioner.PartitionOf(transaction.CardToken, _partitions.Length);
        return (_partitions[number] ??= new(_facts, _options)).Next(transaction, stamp);
    }

    void ForgetBefore(Instant stamp)
    {
        long day = stamp.Step(s_forgetEvery);
        if (day <= _day) return;
        _day = day;
        _facts.Forget(stamp);
    }
}
