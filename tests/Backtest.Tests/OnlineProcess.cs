using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Backtest.Tests;

/// <summary>
/// One process of the live service as far as features go: the same steps as its scoring pipeline, on records in memory. At its first record of a step it reads
/// the labels and activity that must be there by then, and some that happen to be; it decodes, and computes; a partition that it takes over is rebuilt from a
/// snapshot or from the log's first record. Now and then it copies a partition's state while it goes on.
/// </summary>
sealed class OnlineProcess(OnlineLog log, Random random, Action<string, string> found)
{
    const int StepsToEffect = 2;
    const int MostStepsAhead = 100;
    static readonly RecordDecoder s_decoder = new(new());

    readonly FeatureOptions _options = new() { Partitions = log.Partitions };
    readonly SharedFacts _facts = new(new() { Partitions = log.Partitions });
    readonly Dictionary<int, PartitionFeatures> _owned = [];
    int _labelsRead, _activityRead;
    long _readStep = long.MinValue;

    /// <summary>Takes a partition over, as it stands after so many of its records.</summary>
    internal void Claim(int partition, int consumed)
    {
        var features = _owned[partition] = new(_facts, _options);
        OnlineSnapshot? snapshot = random.Next(3) == 0 ? null : log.Snapshots[partition].LastOrDefault();
        snapshot?.Restore(features);
        Consume(partition, snapshot?.NextOffset ?? 0, consumed);
    }

    internal void Drop(int partition) => _owned.Remove(partition);

    /// <summary>Computes the features of a batch and tells each transaction's id and row.</summary>
    internal void Consume(int partition, int from, int to)
    {
        PartitionFeatures features = _owned[partition];
        OnlineSnapshot? snapshot = random.Next(4) == 0 ? new(from) : null;
        if (snapshot is not null) features.BeginCopy(snapshot.Take);
        for (int offset = from; offset < to; offset++)
        {
            Score(features, log[partition][offset]);
            if (snapshot is not null && random.Next(2) == 0) features.CopyNext();
        }
        if (snapshot is null) return;
        while (features.CopyNext()) { }
        log.Snapshots[partition].Add(snapshot);
    }

    void Score(PartitionFeatures partition, in ConsumedRecord record)
    {
        ReadFactsUpTo(record.Stamp);
        if (!s_decoder.TryDecode(record, out Transaction transaction, out var rejection)) throw new InvalidOperationException(rejection.Message);
        if (partition.Next(transaction, record.Stamp) is not { } features) return;
        string id = transaction.TransactionId.ToString();
        found(id, FeatureTable.Row(id, features));
    }

    void ReadFactsUpTo(Instant stamp)
    {
        long step = stamp.Step(_options.StepLength);
        if (step <= _readStep) return;
        _readStep = step;
        long written = step - StepsToEffect + random.Next(MostStepsAhead);
        ReadLabels(written);
        for (; _activityRead < log.Activity.Count && log.Activity[_activityRead].Stamp.Step(_options.StepLength) <= written; _activityRead++)
            _facts.Add(log.Activity[_activityRead].Activity, log.Activity[_activityRead].Stamp);
    }

    void ReadLabels(long written)
    {
        for (; _labelsRead < log.Labels.Count; _labelsRead++)
        {
            ConsumedRecord record = log.Labels[_labelsRead];
            if (record.Stamp.Step(_options.StepLength) > written) return;
            if (!s_decoder.TryDecode(record, out Label label, out var rejection)) throw new InvalidOperationException(rejection.Message);
            _facts.Add(label, record.Stamp);
        }
    }
}
