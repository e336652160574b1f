using Vigil.Ingest;
using Xunit;

namespace Vigil.Features.Tests;

public sealed class PartitionMerchantsTests
{
    static readonly FeatureOptions s_options = new() { HistoryLength = 16, Partitions = 4 };
    static readonly Instant s_start = new(1_750_000_000_000_000 / 3_600_000_000 * 3_600_000_000);

    [Fact]
    public void A_closed_step_is_handed_out_once_by_merchant_and_terminal_in_the_order_in_which_they_came()
    {
        var features = new PartitionFeatures(new(s_options), s_options);
        Pay(features, "m", "x", 100, TimeSpan.Zero);
        Pay(features, "n", "", 7, TimeSpan.FromMinutes(1));
        Pay(features, "m", "", 20, TimeSpan.FromMinutes(2));
        Pay(features, "m", "x", 50, TimeSpan.FromMinutes(3));
        Assert.Empty(features.TakeClosed(3));
        Pay(features, "m", "x", 1, TimeSpan.FromHours(5));
        var closed = features.TakeClosed(3).Select(activity =>
            (activity.Partition, activity.StepStart, $"{activity.MerchantId}/{activity.TerminalId}", activity.Count, activity.AmountSum));
        Assert.Equal([(3, s_start, "m/x", 2L, 150L), (3, s_start, "n/", 1L, 7L), (3, s_start, "m/", 1L, 20L)], closed);
        Assert.Empty(features.TakeClosed(3));
    }

    [Fact]
    public void A_stamp_out_of_order_neither_closes_a_step_nor_opens_an_earlier_one()
    {
        var facts = new SharedFacts(s_options);
        var features = new PartitionFeatures(facts, s_options);
        Pay(features, "m", "", 1, TimeSpan.FromHours(9));
        facts.Forget(s_start + TimeSpan.FromHours(9));
        Pay(features, "m", "", 2, TimeSpan.FromHours(2));
        Assert.Empty(features.TakeClosed(0));
        Pay(features, "m", "", 3, TimeSpan.FromHours(10));
        var activity = Assert.Single(features.TakeClosed(0));
        Assert.Equal((s_start + TimeSpan.FromHours(9), 2, 3), (activity.StepStart, activity.Count, activity.AmountSum));
    }

    [Fact]
    public void A_merchant_with_a_million_transactions_in_an_hour_is_counted_exactly_in_no_more_memory()
    {
        var features = new PartitionFeatures(new(s_options), s_options);
        var payment = RandomStream.Payment("t", "c", "m", FeatureList.LargestAmount, s_start);
        double[] last = [];
        long before = 0;
        for (int i = 0; i <= 1_000_000; i++)
        {
            if (i == 500_000) before = GC.GetAllocatedBytesForCurrentThread();
            var time = s_start + TimeSpan.FromMicroseconds(i * 3_599L);
            var vector = features.Next(payment with { TransactionId = new(BitConverter.GetBytes(i)), EventTime = time }, time)!;
            if (i == 1_000_000) last = vector.Numeric;
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000_000); // The test's own ids: 32 bytes each, and their records.
        Assert.All(last, value => Assert.True(double.IsFinite(value)));
        Pay(features, "n", "", 1, TimeSpan.FromHours(1));
        Assert.Equal((1_000_001, MerchantActivity.LargestAmountSum), features.TakeClosed(0).Select(activity => (activity.Count, activity.AmountSum)).Single());
    }

    [Fact]
    public void Idle_merchants_are_forgotten_a_few_at_once_and_none_that_is_not()
    {
        const int Idle = 1_000, AtMost = 128, Every = 16;
        var merchants = new PartitionMerchants(new(s_options), s_options);
        for (int i = 0; i < Idle; i++) Next($"idle {i}", TimeSpan.Zero);
        Next("here", TimeSpan.FromMinutes(30));
        Assert.Equal(Idle + 1, merchants.Count);
        int transactions = 0;
        for (int before = merchants.Count; merchants.Count > 2 && transactions < Idle; before = merchants.Count, transactions++)
        {
            Next("new", TimeSpan.FromMinutes(61) + TimeSpan.FromTicks(transactions));
            Assert.InRange(merchants.Count, before - AtMost, before + 1);
        }
        Assert.InRange(transactions, Idle / AtMost * Every, (Idle / AtMost * Every) + (2 * Every));

        void Next(string merchant, TimeSpan after)
        {
            var payment = RandomStream.Payment("t", "c", merchant, 1, s_start + after);
            merchants.PrefetchBuckets(payment);
            merchants.MoveTo(payment.EventTime, payment.EventTime.Microseconds);
            var writer = new FeatureWriter(new double[FeatureList.Numeric.Count]);
            merchants.Write(payment.EventTime.Microseconds, ref writer);
            merchants.Add(payment, 1);
        }
    }

    static void Pay(PartitionFeatures features, string merchant, string terminal, long amount, TimeSpan after)
    {
        var time = s_start + after;
        features.Next(RandomStream.Payment($"t{after}", "c", merchant, amount, time) with { TerminalId = Utf8Text.From(terminal) }, time);
    }
}
