using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Vigil.Ingest;
using Vigil.Simulator.Cards;
using Xunit;

namespace Vigil.Simulator.Tests;

public sealed class CardsWorldTests
{
    [Fact]
    public void A_seed_gives_the_same_world_on_every_machine()
    {
        Assert.Equal("850F9F1D260EAC17DFF0C8D5BFF1BF162255945F7A6497F9", Hash(Cards.Without())[..48]);
        Assert.NotEqual(Hash(Cards.Without()), Hash(Cards.Without() with { Seed = 8 }));
    }

    [Fact]
    public void Transactions_come_in_time_order_with_unique_numbers_and_inside_the_days()
    {
        Gen.Select(Gen.ULong, Gen.Int[1, 60], Gen.Int[1, 20], Gen.Int[0, 86_399]).Sample((seed, customers, days, second) =>
        {
            var midnight = new DateTimeOffset(2024, 2, 28, 0, 0, 0, TimeSpan.Zero);
            CardsWorldOptions options = Cards.Without() with { Seed = seed, Customers = customers, Days = days, Start = midnight.AddSeconds(second) };
            LabelledTransaction[] world = Cards.Draw(options);
            Assert.Equal(world.OrderBy(Cards.Time).Select(Cards.Content), world.Select(Cards.Content));
            Assert.Equal(world.Length, world.Select(one => one.Transaction.TransactionId.ToString()).Distinct().Count());
            Assert.All(world, one => Assert.InRange(one.Time().ToDateTimeOffset(), midnight.AddSeconds(second), midnight.AddDays(days)));
        }, iter: 30);
    }

    [Fact]
    public void A_longer_world_begins_with_the_shorter_one()
    {
        LabelledTransaction[] shorter = Cards.Draw(Cards.Without() with { Days = 10 });
        Assert.Equal(shorter.Select(one => one.ToString()), Cards.Draw(Cards.Without()).Take(shorter.Length).Select(one => one.ToString()));
    }

    [Fact]
    public void Customers_keep_to_their_merchants_countries_and_rates()
    {
        LabelledTransaction[] world = Cards.Draw(Cards.Without(Cards.Kinds) with { Days = 100 });
        var favourites = new List<double>();
        foreach (var ofCard in world.GroupBy(Cards.Card).Where(group => group.Count() > 50))
        {
            double count = ofCard.Count();
            favourites.Add(ofCard.GroupBy(Cards.Merchant).Select(group => group.Count()).OrderDescending().Take(12).Sum() / count);
            Assert.InRange(ofCard.GroupBy(Cards.Country).Max(group => group.Count()) / count, .5, 1);
        }
        Assert.InRange(favourites.Average(), .6, .95);
        Assert.InRange(world.Length / (400.0 * 100), 1.4, 2.1);
        Assert.InRange(world.Share(Cards.IsDeclined), .02, .05);
        Assert.Contains(world, one => one.Transaction.EventTime.Microseconds % 1_000 != 0);
        Assert.Equal(world.Select(one => one.Transaction.EntryMode).Distinct().Order(), Enum.GetValues<EntryMode>());
    }

    [Fact]
    public void Rates_follow_the_options_and_the_night_is_quiet()
    {
        LabelledTransaction[] few = Cards.Draw(Cards.Small with { PaymentsPerDay = .5 }), many = Cards.Draw(Cards.Small with { PaymentsPerDay = 3 });
        Assert.InRange((double)many.Length / few.Length, 4, 7);
        Assert.InRange(many.Share(one => one.Time().ToDateTimeOffset().Hour is >= 1 and < 4), .005, .05);
    }

    [Fact]
    public void Memory_is_bounded_by_the_customers_and_not_by_the_days()
    {
        using IEnumerator<LabelledTransaction> world = new CardsWorld(Cards.Without() with { Days = 600 }).Transactions().GetEnumerator();
        long early = LiveBytesAfter(world, day: 100), late = LiveBytesAfter(world, day: 590);
        Assert.InRange(late, 0, early + (early / 2) + 2_000_000);
    }

    [Fact]
    public void An_option_out_of_range_is_refused_wherever_it_is()
    {
        CardsWorldOptions[] wrong =
        [
            new() { Customers = 0 },
            new() { Merchants = 499 },
            new() { StolenCard = new() { Rate = -1 } },
            new() { CardTesting = new() { Declined = 1.1 } },
            new() { CardTesting = new() { Merchants = new(1, 3) } },
            new() { Labels = new() { ByAnalyst = .7, ByIssuer = .4 } },
            new() { Labels = new() { Analyst = new(TimeSpan.FromHours(1), 1, TimeSpan.FromDays(2), TimeSpan.FromDays(1)) } },
        ];
        Assert.All(wrong, options => Assert.Throws<ValidationException>(() => new CardsWorld(options)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NumberRange(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
    }

    static long LiveBytesAfter(IEnumerator<LabelledTransaction> world, int day)
    {
        var until = Instant.From(Cards.Small.Start.AddDays(day));
        while (world.MoveNext() && world.Current.Time() < until)
        {
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    static string Hash(CardsWorldOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (LabelledTransaction one in Cards.Draw(options)) hash.AppendData(Encoding.UTF8.GetBytes($"{one}\n"));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
