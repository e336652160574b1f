using Vigil.Ingest;
using Xunit;

namespace Vigil.Features.Tests;

public sealed class BadInputTests
{
    static readonly Instant s_start = new(1_750_000_000_000_000);

    [Fact]
    public void A_repeat_has_no_features_is_counted_and_changes_nothing()
    {
        var (once, twice) = (New(), New());
        for (int i = 0; i < 100; i++)
        {
            var payment = RandomStream.Payment($"t{i}", "c", $"m{i % 3}", i, s_start + TimeSpan.FromMinutes(i));
            var expected = once.Next(payment, default)!.Numeric;
            Assert.Equal(expected, twice.Next(payment, default)!.Numeric);
            Assert.Null(twice.Next(payment with { EventTime = payment.EventTime + TimeSpan.FromSeconds(1) }, default));
        }
        Assert.Equal((0, 100), (once.RepeatedTransactions, twice.RepeatedTransactions));
        Assert.Equal(StateCopy.Of(once).Records.Where(IsHistory), StateCopy.Of(twice).Records.Where(IsHistory));

        static bool IsHistory(string record) => record.StartsWith(nameof(SnapshotSection.Histories), StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_eighth_of_a_history_is_known_by_id()
    {
        var features = New();
        for (int i = 0; i < 600; i++) Assert.NotNull(Pay(features, i, 1));
        for (int i = 568; i < 600; i++) Assert.Null(Pay(features, i, 1));
        Assert.NotNull(Pay(features, 567, 1));
    }

    [Fact]
    public void The_same_id_on_another_card_is_no_repeat()
    {
        var features = New();
        Assert.NotNull(features.Next(RandomStream.Payment("t", "a", "m", 1, s_start), default));
        Assert.NotNull(features.Next(RandomStream.Payment("t", "b", "m", 1, s_start), default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Amounts_of_any_size_give_finite_features(long amount)
    {
        var features = New();
        for (int i = 0; i < 600; i++) Assert.All(Pay(features, i, i % 2 == 0 ? amount : 1)!.Numeric, value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void A_card_with_100_000_transactions_in_a_minute_costs_no_more_memory_than_a_full_history()
    {
        var features = New();
        FeatureVector vector = null!;
        for (int i = 0; i < 100_000; i++) vector = Pay(features, i, 200)!;
        Assert.Equal(256, PartitionFeaturesTests.Value(vector, "transaction_count_1min_by_card"));
        Assert.Equal(256, PartitionFeaturesTests.Value(vector, "transaction_count_30d_by_card"));
        Assert.Equal(256, PartitionFeaturesTests.Value(vector, "small_amount_run_length_by_card"));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 100_000; i < 101_000; i++) Pay(features, i, 200);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000); // The texts of the payments themselves.
    }

    static PartitionFeatures New() => new(new(new()), new());

    static FeatureVector? Pay(PartitionFeatures features, int i, long amount) =>
        features.Next(RandomStream.Payment($"t{i}", "c", $"m{i % 7}", amount, s_start + (TimeSpan.FromMicroseconds(600) * i)), default);
}
