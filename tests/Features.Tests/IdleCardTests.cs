using Vigil.Ingest;
using Xunit;

namespace Vigil.Features.Tests;

public sealed class IdleCardTests
{
    static readonly FeatureOptions s_options = new() { CardIdleAge = TimeSpan.FromDays(10) };
    static readonly Instant s_start = new(1_750_000_000_000_000);

    [Fact]
    public void A_card_idle_for_longer_than_the_age_begins_anew_and_is_said_to_be_forgotten()
    {
        var features = new PartitionFeatures(new(s_options), s_options);
        Pay(features, "a", TimeSpan.Zero);
        var vector = Pay(features, "a", TimeSpan.FromDays(10) + TimeSpan.FromMicroseconds(1));
        Assert.Equal(0, PartitionFeaturesTests.Value(vector, "transaction_count_by_card"));
        Assert.Equal([vector.Card], vector.Forgotten);
    }

    [Fact]
    public void A_card_idle_for_no_longer_than_the_age_goes_on()
    {
        var features = new PartitionFeatures(new(s_options), s_options);
        Pay(features, "a", TimeSpan.Zero);
        var vector = Pay(features, "a", TimeSpan.FromDays(10));
        Assert.Equal(1, PartitionFeaturesTests.Value(vector, "transaction_count_by_card"));
        Assert.Empty(vector.Forgotten);
    }

    [Fact]
    public void The_newest_event_time_of_the_partition_decides_not_the_cards_own()
    {
        var features = new PartitionFeatures(new(s_options), s_options);
        Pay(features, "a", TimeSpan.Zero);
        Pay(features, "b", TimeSpan.FromDays(11));
        Assert.Equal(0, PartitionFeaturesTests.Value(Pay(features, "a", TimeSpan.FromHours(1)), "transaction_count_by_card"));
    }

    [Fact]
    public void Cards_that_never_come_back_are_swept_out_so_that_memory_is_bounded()
    {
        const int PerDay = 1_000, Days = 100;
        var features = new PartitionFeatures(new(s_options), s_options);
        var forgotten = new HashSet<UInt128>();
        int most = 0;
        for (int i = 0; i < PerDay * Days; i++)
        {
            var vector = Pay(features, $"card {i}", TimeSpan.FromDays(1) * i / PerDay);
            Assert.All(vector.Forgotten, card => Assert.True(forgotten.Add(card)));
            most = Math.Max(most, features.Cards);
        }
        Assert.InRange(most, 10 * PerDay, 11 * PerDay);
        Assert.Equal(PerDay * Days, forgotten.Count + features.Cards);
    }

    [Fact]
    public void A_sweep_forgets_a_few_cards_a_transaction_until_every_idle_one_is_gone()
    {
        const int Cards = 1_000, AtMost = 16;
        var features = new PartitionFeatures(new(s_options), s_options);
        for (int i = 0; i < Cards; i++) Pay(features, $"card {i}", TimeSpan.Zero);
        int forgotten = 0, transactions = 0;
        for (; features.Cards > 1; transactions++)
        {
            var vector = Pay(features, "a", TimeSpan.FromDays(11) + TimeSpan.FromMicroseconds(transactions));
            Assert.InRange(vector.Forgotten.Count, 0, AtMost);
            forgotten += vector.Forgotten.Count;
        }
        Assert.Equal((Cards, (Cards + AtMost) / AtMost), (forgotten, transactions));
    }

    [Fact]
    public void A_sweep_allocates_nothing()
    {
        const int Cards = 1_000;
        var features = new PartitionFeatures(new(s_options), s_options);
        for (int i = 0; i < Cards; i++) Pay(features, $"card {i}", TimeSpan.Zero);
        Pay(features, "a", TimeSpan.FromDays(5));
        var payment = RandomStream.Payment("id", "a", "m", 1, s_start + TimeSpan.FromDays(11));
        long before = GC.GetAllocatedBytesForCurrentThread();
        features.Next(payment, default);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(features.Cards < Cards);
    }

    [Fact]
    public void A_card_so_late_that_it_is_idle_at_once_is_not_forgotten_by_its_own_transaction_but_by_later_ones()
    {
        var features = new PartitionFeatures(new(s_options), s_options);
        for (int i = 0; i < 100; i++) Pay(features, $"card {i}", TimeSpan.FromDays(9));
        Pay(features, "a", TimeSpan.FromDays(11)); // a sweep is under way
        List<UInt128> late = [.. Enumerable.Range(0, 20).Select(i => Late($"late {i}"))];
        List<UInt128> forgotten =
            [.. Enumerable.Range(1, 10).SelectMany(i => Pay(features, "a", TimeSpan.FromDays(11) + TimeSpan.FromSeconds(i)).Forgotten.ToArray())];
        Assert.Equal(late, forgotten);
        Assert.Equal(101, features.Cards);

        UInt128 Late(string card)
        {
            var vector = Pay(features, card, TimeSpan.Zero);
            Assert.Empty(vector.Forgotten);
            return vector.Card;
        }
    }

    [Fact]
    public void A_repeat_of_what_an_idle_card_did_is_a_first_transaction()
    {
        var features = new PartitionFeatures(new(s_options), s_options);
        var payment = RandomStream.Payment("id", "a", "m", 1, s_start);
        Assert.NotNull(features.Next(payment, default));
        Assert.Null(features.Next(payment, default));
        Pay(features, "b", TimeSpan.FromDays(11));
        Assert.NotNull(features.Next(payment, default));
    }

    static FeatureVector Pay(PartitionFeatures features, string card, TimeSpan after) =>
        features.Next(RandomStream.Payment($"{card} after {after}", card, "m", 1, s_start + after), default)!;
}
