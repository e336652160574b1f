using System.Buffers.Text;
using System.Diagnostics;
using Vigil.Features;
using Vigil.Ingest;

namespace Vigil.Bench;

/// <summary>
/// Ten million cards in one partition, each seen twice, then as many others, and then the first are idle: what they cost in memory, what they cost in time, the
/// longest that one of them holds the stream, and how long a snapshot of them takes to write and to put back. The features only: the encoder's context is
/// in <see cref="SnapshotsBench"/>. VIGIL_BENCH_CARDS sets another number of cards; ten million need about 10 GB of memory.
/// </summary>
sealed class CardsBench
{
    const long Start = 1_750_000_000_000_000;
    const long PerDay = 86_400_000_000;
    const int SecondDay = 90, OthersDay = 200, LastDay = 330; // Cards are idle after 180 days.
    const double Megabyte = 1e6;

    static readonly SnapshotHeader s_header = new()
    {
        Options = new(),
        Model = "bench",
        StreamId = "bench",
        Topic = "card-transactions",
        Partition = 0,
        NextOffset = 1,
    };

    static readonly long s_long = Stopwatch.Frequency / 10_000; // .1 ms; of what is shorter nothing need be known.

    readonly Utf8Text[] _merchants = [.. Enumerable.Range(0, 10_000).Select(merchant => Utf8Text.From($"merchant-{merchant:D6}"))];
    readonly byte[] _texts = new byte[26];
    readonly int _cards;
    PartitionFeatures _features = new(new(new()), new());
    TimeSpan _longest, _longestCollecting; // Since they were last taken.

    CardsBench(int cards) => _cards = cards;

    internal static IReadOnlyList<Figure> Run() =>
        new CardsBench(BenchSetting.Number("CARDS", 10_000_000)).Measure();

    List<Figure> Measure()
    {
        long empty = GC.GetTotalMemory(forceFullCollection: true);
        double few = Observe(first: 0, _cards / 100, day: 0);
        TakeLongest(); // The compiler's work is among those.
        double begun = Observe(_cards / 100, _cards - (_cards / 100), day: 0);
        var growing = TakeLongest();
        double again = Observe(first: 0, _cards, SecondDay);
        Ensure(_features.Cards == _cards, "every card is held");
        long held = GC.GetTotalMemory(forceFullCollection: true) - empty;
        var (bytes, writing, reading) = WriteAndRestore();
        double restored = Observe(first: 0, _cards / 10, SecondDay);
        TakeLongest();
        double others = Observe(_cards, _cards, OthersDay);
        var (longest, collecting) = TakeLongest();
        int left = _features.Cards;
        long late = GC.GetTotalMemory(forceFullCollection: true) - empty;
        int last = _cards / 5;
        double dropping = Observe(_cards * 2, last, LastDay); // By its end the first ones are idle and found.
        var dropped = TakeLongest();
        Ensure(_features.Cards == _cards + last, "idle cards are dropped, others are kept");
        return
        [
            new("cards", _cards, "distinct cards, two transactions each"),
            new("stateBytesPerCard", held / (double)_cards, "B, all of the partition's"),
            new("newCardsPerSecondFirst", few, "1/s, the first hundredth"),
            new("newCardsPerSecond", begun, "1/s, the others"),
            new("longestUpdateMillisecondsGrowing", growing.Longest.TotalMilliseconds, "ms, the longest of those, collections and waits for a core left out"),
            new("transactionsPerSecond", again, "1/s, the second of each"),
            new("snapshotBytesPerCard", bytes / (double)_cards, "B, packed"),
            new("snapshotWriteSeconds", writing.TotalSeconds, "s, one thread"),
            new("snapshotRestoreSeconds", reading.TotalSeconds, "s"),
            new("transactionsPerSecondRestored", restored, "1/s, over the restored state"),
            new("newCardsPerSecondWithAsManyHeld", others, "1/s, as many others"),
            new("longestUpdateMilliseconds", longest.TotalMilliseconds, "ms, the longest among them, collections and waits for a core left out"),
            new("longestCollectionMilliseconds", collecting.TotalMilliseconds, "ms, the longest within one of them"),
            new("cardsHeldOfAll", left / (2.0 * _cards), "share"),
            new("megabytesHeld", late / Megabyte, "MB then"),
            new("newCardsPerSecondDropping", dropping, "1/s, a fifth as many more, while the first are dropped"),
            new("longestUpdateMillisecondsDropping", dropped.Longest.TotalMilliseconds, "ms, the longest of those, collections and waits for a core left out"),
        ];
    }

    (TimeSpan Longest, TimeSpan Collecting) TakeLongest()
    {
        var longest = (_longest, _longestCollecting);
        (_longest, _longestCollecting) = (TimeSpan.Zero, TimeSpan.Zero);
        return longest;
    }

    /// <summary>One transaction of each of some cards, within 30 days.</summary>
    /// <returns>Transactions a second.</returns>
    double Observe(int first, int count, int day)
    {
        long start = Stopwatch.GetTimestamp(), before = start;
        var (paused, waited) = (GC.GetTotalPauseDuration(), SnapshotsBench.WaitedForCore());
        for (int card = first; card < first + count; card++)
        {
            var time = new Instant(Start + (day * PerDay) + ((card - first) * (30 * PerDay / count)));
            _features.Next(Payment(card, time), time);
            long now = Stopwatch.GetTimestamp();
            if (now - before > s_long)
            {
                var collecting = GC.GetTotalPauseDuration() - paused;
                var waiting = SnapshotsBench.WaitedForCore() - waited;
                (paused, waited) = (paused + collecting, waited + waiting);
                var took = Stopwatch.GetElapsedTime(before, now) - collecting - waiting;
                (_longest, _longestCollecting) = (took > _longest ? took : _longest, collecting > _longestCollecting ? collecting : _longestCollecting);
                now = Stopwatch.GetTimestamp();
            }
            before = now;
        }
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Valid until the next: the features keep hashes alone.</summary>
    Transaction Payment(int card, Instant time)
    {
        Utf8Formatter.TryFormat(card, _texts, out _, new('D', 10));
        Utf8Formatter.TryFormat(time.Microseconds, _texts.AsSpan(10), out int length);
        return new()
        {
            TransactionId = new(_texts.AsMemory(0, 10 + length)),
            CardToken = new(_texts.AsMemory(0, 10)),
            EventTime = time,
            Amount = 1 + (card * 7L % 20_000),
            Currency = new(0x455552),
            MerchantId = _merchants[(int)(card * 7_919L % _merchants.Length)],
            Mcc = 5411,
            MerchantCountry = new(0x4245),
            EntryMode = EntryMode.Contactless,
        };
    }

    (long Bytes, TimeSpan Writing, TimeSpan Reading) WriteAndRestore()
    {
        string path = Path.GetTempFileName();
        try
        {
            long start = Stopwatch.GetTimestamp();
            using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20)) Write(file);
            var writing = Stopwatch.GetElapsedTime(start);
            _features = new(new(new()), new());
            GC.Collect();
            start = Stopwatch.GetTimestamp();
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20)) RestoreAsync(file).GetAwaiter().GetResult();
            var reading = Stopwatch.GetElapsedTime(start);
            Ensure(_features.Cards == _cards, "every card is restored");
            return (new FileInfo(path).Length, writing, reading);
        }
        finally
        {
            File.Delete(path);
        }
    }

    void Write(FileStream file)
    {
        using var writer = new SnapshotWriter(file);
        writer.WriteAsync(s_header, default).GetAwaiter().GetResult();
        _features.BeginCopy(block =>
        {
            writer.WriteAsync(block, default).GetAwaiter().GetResult();
            block.Return();
        });
        while (_features.CopyNext()) { }
        writer.CompleteAsync(default).GetAwaiter().GetResult();
    }

    async Task RestoreAsync(FileStream file)
    {
        var reader = await SnapshotReader.OpenAsync(file, default);
        while (await reader.NextAsync(default) is { } block)
        {
            using (block) _features.Restore(block);
        }
    }

    static void Ensure(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException($"It was to be true that {what}.");
    }
}
