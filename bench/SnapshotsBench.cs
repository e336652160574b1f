using System.Diagnostics;
using System.Globalization;
using Vigil.Alerts;
using Vigil.Features;
using Vigil.Ingest;
using Vigil.Model;

namespace Vigil.Bench;

/// <summary>
/// A partition of a million cards with 8 transactions each, saved into a folder and put back: how fast, how large, how long the stream is held, and how soon
/// scoring could go on after a restart. VIGIL_BENCH_CARDS sets another number of cards; a million need about 8 GB of memory.
/// </summary>
static class SnapshotsBench
{
    const int TransactionsPerCard = 8;
    const int Batch = 512;
    const int Tail = 100_000;
    const long MicrosecondsApart = 10_000;
    const long Start = 1_750_000_000_000_000;
    const double Megabyte = 1e6;

    static readonly Random s_random = new(1);
    static readonly StreamPartition s_partition = new("bench", "card-transactions", 0);

    internal static IReadOnlyList<Figure> Run()
    {
        int cards = BenchSetting.Number("CARDS", 1_000_000);
        string folder = Directory.CreateTempSubdirectory("vigil-snapshots-").FullName;
        try
        {
            return Run(cards, new FolderSnapshotStore(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static IReadOnlyList<Figure> Run(int cards, FolderSnapshotStore store)
    {
        var checkpoint = Checkpoint.Load(new ScoringOptions().Checkpoint);
        Utf8Text[] tokens = [.. Enumerable.Range(0, cards).Select(card => Utf8Text.From($"card-{card:D12}"))];
        Utf8Text[] merchants = [.. Enumerable.Range(0, 10_000).Select(merchant => Utf8Text.From($"merchant-{merchant:D6}"))];
        var state = NewState(checkpoint);
        int next = 0;
        while (next < cards * TransactionsPerCard) Observe(state, tokens, merchants, ref next, Batch);

        var written = Write(state, store, cards, () => Observe(state, tokens, merchants, ref next, Batch));
        int end = next + Tail;
        state = null;
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        state = NewState(checkpoint);
        store.ReadAsync(s_partition, 1, async (stream, token) => await state.RestoreAsync(await SnapshotReader.OpenAsync(stream, token), token))
            .GetAwaiter()
            .GetResult();
        var restore = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        while (next < end) Observe(state, tokens, merchants, ref next, Batch);
        var replay = Stopwatch.GetElapsedTime(start);
        return
        [
            .. written,
            new("restoreMegabytesPerSecond", written[0].Value * cards / Megabyte / restore.TotalSeconds, "MB/s of state"),
            new("restoreSeconds", restore.TotalSeconds, $"s, {state.Features.Cards} cards"),
            new("replaySeconds", replay.TotalSeconds, $"s, {Tail} records after it, silently"),
        ];
    }

    static List<Figure> Write(PartitionState state, FolderSnapshotStore store, int cards, Action batch)
    {
        long bytes = 0;
        long start = Stopwatch.GetTimestamp();
        state.BeginCopy(block =>
        {
            bytes += block.Length;
            block.Return();
        });
        while (state.CopyNext()) { }
        var copying = Stopwatch.GetElapsedTime(start);

        var alone = Snapshot(state, store, nextOffset: 1, () => { });
        var (batches, streaming) = (0, TimeSpan.Zero);
        var busy = Snapshot(state, store, nextOffset: 1, () =>
        {
            long began = Stopwatch.GetTimestamp();
            batch();
            streaming += Stopwatch.GetElapsedTime(began);
            batches++;
        });
        return
        [
            new("stateBytesPerCard", (double)bytes / cards, "B"),
            new("snapshotBytesPerCard", (double)alone.Bytes / cards, "B"),
            new("copyMegabytesPerSecond", bytes / Megabyte / copying.TotalSeconds, "MB/s of state, the pipeline's thread"),
            new("writeMegabytesPerSecond", bytes / Megabyte / alone.Took.TotalSeconds, "MB/s of state, packed and flushed to the disk, nothing else to do"),
            new("writeSecondsWhileStreaming", busy.Took.TotalSeconds, "s"),
            new("transactionsPerSecondWhileWriting", batches * Batch / streaming.TotalSeconds, "1/s, silent replay, within batches"),
            new("beginMilliseconds", busy.Slices[0].Took, "ms, what is copied at once"),
            new("sliceMilliseconds99", Of99(busy.Slices, slice => slice.Took), "ms between two batches, 99 of 100 at most, collections left out"),
            new("longestSliceMilliseconds", busy.Slices[1..].Max(slice => slice.Took), "ms, the longest of all"),
            new("sliceMilliseconds99OnCore", Of99(busy.Slices, slice => slice.OnCore), "ms, what it waited for a core left out too"),
            new("longestSliceMillisecondsOnCore", busy.Slices[1..].Max(slice => slice.OnCore), "ms, likewise"),
            new("longestCollectionMilliseconds", busy.Collecting.TotalMilliseconds, "ms of garbage collection within one slice, at most"),
        ];
    }

    static double Of99(List<(double Took, double OnCore)> slices, Func<(double Took, double OnCore), double> milliseconds) =>
        slices[1..].Select(milliseconds).Order().ElementAt((slices.Count - 1) * 99 / 100);

    /// <summary>Slices are in milliseconds without collections; the first is the beginning.</summary>
    static (long Bytes, TimeSpan Took, List<(double Took, double OnCore)> Slices, TimeSpan Collecting) Snapshot(
        PartitionState state, FolderSnapshotStore store, long nextOffset, Action between)
    {
        var header = new SnapshotHeader
        {
            Options = new(),
            Model = "bench",
            StreamId = s_partition.StreamId,
            Topic = s_partition.Topic,
            Partition = s_partition.Partition,
            NextOffset = nextOffset,
        };
        var (slices, collecting) = (new List<(double Took, double OnCore)>(), TimeSpan.Zero);
        PartitionSnapshot? begun = null;
        Timed(() => begun = new(state, header, store, TimeProvider.System));
        using var snapshot = begun!;
        while (!snapshot.Stored.IsCompleted)
        {
            Timed(snapshot.Advance);
            between();
            if (snapshot.IsBehind) throw new InvalidOperationException("The folder does not keep up; the figures would mean nothing.");
        }
        return (snapshot.Stored.GetAwaiter().GetResult(), snapshot.Elapsed, slices, collecting);

        void Timed(Action work)
        {
            var (paused, waited) = (GC.GetTotalPauseDuration(), WaitedForCore());
            long start = Stopwatch.GetTimestamp();
            work();
            var took = Stopwatch.GetElapsedTime(start);
            paused = GC.GetTotalPauseDuration() - paused;
            waited = WaitedForCore() - waited;
            slices.Add(((took - paused).TotalMilliseconds, (took - paused - waited).TotalMilliseconds));
            if (paused > collecting) collecting = paused;
        }
    }

    /// <summary>How long this thread has been ready to run while its core ran others: proc(5), schedstat.</summary>
    internal static TimeSpan WaitedForCore() =>
        TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[1], CultureInfo.InvariantCulture) / 1e3);

    static PartitionState NewState(Checkpoint checkpoint) => new(new(new(new()), new()), checkpoint.NewScorer());

    static void Observe(PartitionState state, Utf8Text[] cards, Utf8Text[] merchants, ref int next, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var time = new Instant(Start + (next++ * MicrosecondsApart));
            var transaction = new Transaction
            {
                TransactionId = Utf8Text.From($"{next}"),
                CardToken = cards[s_random.Next(cards.Length)],
                EventTime = time,
                Amount = s_random.Next(1, 20_000),
                Currency = new(0x455552),
                MerchantId = merchants[s_random.Next(merchants.Length)],
                Mcc = 5411,
                MerchantCountry = new(0x4245),
                EntryMode = EntryMode.Contactless,
            };
            if (state.Features.Next(transaction, time) is { } features) state.Scorer.Observe(features);
        }
    }
}
