using System.Buffers;
using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Backtest.Tests;

/// <summary>A history as Kafka would hold it: each partition's records and the labels' as bytes, stamps cut to milliseconds.</summary>
sealed class OnlineLog(int partitions)
{
    static readonly FeatureOptions s_options = new();

    readonly PartitionFeatures?[] _counting = new PartitionFeatures?[partitions];
    readonly List<ConsumedRecord>[] _partitions = [.. Enumerable.Range(0, partitions).Select(_ => new List<ConsumedRecord>())];

    internal int Partitions => partitions;

    internal IReadOnlyList<ConsumedRecord> this[int partition] => _partitions[partition];

    internal List<ConsumedRecord> Labels { get; } = [];

    /// <summary>What partitions counted of merchants, as a broker stamps it: when the record comes that closes the step.</summary>
    internal List<(Instant Stamp, MerchantActivity Activity)> Activity { get; } = [];

    /// <summary>By partition, the snapshots that anybody has written; none stands for an offset that was not consumed.</summary>
    internal List<OnlineSnapshot>[] Snapshots { get; } = [.. Enumerable.Range(0, partitions).Select(_ => new List<OnlineSnapshot>())];

    internal void Append(IEnumerable<LabelledTransaction> history, TimeSpan labelDelay)
    {
        foreach (HistoryEvent happened in History.Merge(history, labelDelay))
        {
            if (happened.Label is { } label) Append(Labels, 0, happened.Stamp, bytes => LabelJson.Write(bytes, label));
            if (happened.Transaction is not { Transaction: var transaction }) continue;
            int partition = CardPartitioner.PartitionOf(transaction.CardToken, partitions);
            Count(partition, transaction, happened.Stamp);
            Append(_partitions[partition], partition, happened.Stamp, bytes => TransactionJson.Write(bytes, transaction));
        }
    }

    void Count(int partition, in Transaction transaction, Instant stamp)
    {
        var counting = _counting[partition] ??= new(new(s_options), s_options);
        counting.Next(transaction, stamp);
        foreach (MerchantActivity closed in counting.TakeClosed(partition))
        {
            // The texts are the partition's own until its next step closes.
            Activity.Add((stamp, closed with { MerchantId = Copy(closed.MerchantId), TerminalId = Copy(closed.TerminalId) }));
        }
    }

    static Utf8Text Copy(Utf8Text text) => new(text.Span.ToArray());

    static void Append(List<ConsumedRecord> log, int partition, Instant stamp, Action<IBufferWriter<byte>> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        write(bytes);
        var cut = new Instant(stamp.Microseconds / 1_000 * 1_000);
        log.Add(new(partition, log.Count, cut, cut, null, bytes.WrittenSpan.ToArray()));
    }
}
