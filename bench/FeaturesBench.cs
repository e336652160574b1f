using System.Diagnostics;
using Vigil.Features;

namespace Vigil.Bench;

/// <summary>
/// The features of 5,000 cards whose histories are full, on one thread: how fast, what a transaction allocates, what a card costs, and
/// how it compares with <see cref="PlainCardFeatures"/>. Every transaction gets a label 7 days later; reading labels is timed on its own.
/// </summary>
static class FeaturesBench
{
    const int PerDay = 10_000;
    const int FillingDays = 160;
    const int MeasuredDays = 20;
    const int LabelDelayDays = 7;

    internal static IReadOnlyList<Figure> Run()
    {
        var stream = new FeaturesBenchStream((FillingDays + MeasuredDays) * PerDay);
        var (small, full) = (StatePerCard(stream, 5), StatePerCard(stream, 400));
        var facts = new SharedFacts(new());
        var features = new PartitionFeatures(facts, new());
        var (times, labelTimes, allocated) = (new List<TimeSpan>(), new List<TimeSpan>(), 0L);
        for (int day = 0; day < FillingDays + MeasuredDays; day++)
        {
            if (day == FillingDays) (times, labelTimes, allocated) = ([], [], 0);
            facts.Forget(stream.Stamp(day * PerDay));
            labelTimes.Add(Timed(() => ReadLabels(stream, facts, day)));
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            for (int i = day * PerDay; i < (day + 1) * PerDay; i++) features.Next(stream.Payment(i), stream.Stamp(i));
            var time = Stopwatch.GetElapsedTime(start);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            times.Add(time);
        }
        return
        [
            new("transactionsPerSecondPerCore", PerDay / times.Min().TotalSeconds, "1/s, the best of 20 days"),
            new("transactionsPerSecondPerCoreBusy", Busy(), "1/s at 20 payments a second without labels, the best of 40 runs of 5,000"),
            new("nsPerTransaction", times.Min().TotalNanoseconds / PerDay, "ns, the best of 20 days"),
            new("bytesAllocatedPerTransaction", allocated / (double)(MeasuredDays * PerDay), "B"),
            new("nsPerLabel", labelTimes.Min().TotalNanoseconds / PerDay, "ns, the best of 20 days"),
            new("plainOverCardFeatures", PlainRatio(stream), "times as long"),
            new("stateBytesPerCard", full, "B"),
            new("stateBytesPerCardWithFiveTransactions", small, "B"),
            .. DuckDbBench.Run(),
        ];
    }

    /// <summary>
    /// A busy partition: a merchant is met again within the step, so that its answer from the shared facts stands. In the stream above every payment is the
    /// first of its merchant and terminal in the step.
    /// </summary>
    static double Busy()
    {
        const int Slice = 5_000, Slices = 40;
        var stream = new FeaturesBenchStream((FillingDays + MeasuredDays) * PerDay, microsecondsApart: 50_000);
        var features = new PartitionFeatures(new(new()), new());
        int filling = stream.Count - (Slice * Slices);
        for (int i = 0; i < filling; i++) features.Next(stream.Payment(i), stream.Stamp(i));
        return Slice / Enumerable.Range(0, Slices).Min(slice => Timed(() =>
        {
            for (int i = filling + (slice * Slice); i < filling + ((slice + 1) * Slice); i++) features.Next(stream.Payment(i), stream.Stamp(i));
        })).TotalSeconds;
    }

    static void ReadLabels(FeaturesBenchStream stream, SharedFacts facts, int day)
    {
        int first = (day - LabelDelayDays) * PerDay;
        for (int i = Math.Max(first, 0); i < first + PerDay; i++) facts.Add(stream.Label(i), stream.Stamp(i + (LabelDelayDays * PerDay)));
    }

    /// <summary>Both over the same transactions without labels; that both find the same values is checked on the way.</summary>
    static double PlainRatio(FeaturesBenchStream stream)
    {
        var features = new PartitionFeatures(new(new()), new());
        var plain = new PlainCardFeatures(historyLength: 256);
        int measured = (FillingDays + 1) * PerDay;
        for (int i = 0; i < measured; i++)
        {
            features.Next(stream.Payment(i), stream.Stamp(i));
            if (i < FillingDays * PerDay) plain.Remember(stream.Payment(i));
            else plain.Next(stream.Payment(i));
        }
        PlainCardFeatures.Check(features.Next(stream.Payment(measured), stream.Stamp(measured))!.Numeric, plain.Next(stream.Payment(measured)));
        var (fastTimes, plainTimes) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (int start = measured + 1; start < measured + (10 * PerDay); start += PerDay)
        {
            fastTimes.Add(Timed(() => { for (int i = start; i < start + PerDay; i++) features.Next(stream.Payment(i), stream.Stamp(i)); }));
            plainTimes.Add(Timed(() => { for (int i = start; i < start + PerDay; i++) plain.Next(stream.Payment(i)); }));
        }
        return plainTimes.Min() / fastTimes.Min();
    }

    /// <summary>All pay at one terminal, so that merchants take no part of the memory.</summary>
    static double StatePerCard(FeaturesBenchStream stream, int transactions)
    {
        var (merchant, terminal) = (stream.Payment(0).MerchantId, stream.Payment(0).TerminalId);
        var features = new PartitionFeatures(new(new()), new());
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < transactions * FeaturesBenchStream.Cards; i++)
        {
            var payment = stream.PaymentOf(i % FeaturesBenchStream.Cards, i % stream.Count);
            features.Next(payment with { MerchantId = merchant, TerminalId = terminal }, default);
        }
        long state = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(stream);
        return (double)state / features.Cards;
    }

    static TimeSpan Timed(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start);
    }
}
