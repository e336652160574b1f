using Vigil.Ingest;
using Vigil.Simulator.Cards;
using Xunit;

namespace Vigil.Simulator.Tests;

/// <summary>Every parameter of a kind of fraud decides what it says: where its range is a single value, the world has exactly that.</summary>
public sealed class CardsParametersTests
{
    static readonly Instant s_cutOff = Instant.From(Cards.Small.Start.AddDays(35)); // What begins later may go on after the world's end.

    [Fact]
    public void A_rate_is_beginnings_per_100_000_cards_and_day()
    {
        var options = Cards.Only(FraudKind.CardNotPresent) with { CardNotPresent = new() { Rate = 2_500, Payments = new(1, 1) } };
        Assert.InRange(Cards.Draw(options).Count(one => one.Kind() == FraudKind.CardNotPresent), 340, 460); // 400 are expected
    }

    [Fact]
    public void Card_testing()
    {
        CardsWorldOptions options = Cards.Only(FraudKind.CardTesting) with
        {
            CardTesting = new()
            {
                Rate = 100,
                Cards = new(5, 5),
                Attempts = new(6, 6),
                Merchants = new(4, 4),
                Gap = Exactly(TimeSpan.FromMilliseconds(100)),
                Cents = new(1_23, 1_23),
                Declined = 1,
                FollowedBySpree = 1,
                SpreeAfter = Exactly(TimeSpan.FromDays(1)),
            },
            CardNotPresent = new() { Rate = 1e-9 },
        };
        LabelledTransaction[] world = Cards.Draw(options);
        var sprees = world.Where(one => one.Kind() == FraudKind.CardNotPresent).Select(one => (one.Card(), one.Time())).ToHashSet();
        LabelledTransaction[][] attacks = ByDevice(world, FraudKind.CardTesting);
        Assert.All(attacks, attack =>
        {
            Assert.Equal(5 * 6, attack.Length);
            Assert.InRange(attack.Select(Cards.Merchant).Distinct().Count(), 2, 4);
            Assert.False(Assert.Single(attack.Select(one => one.Transaction.IpCountry).Distinct()).IsEmpty);
            Assert.All(attack, one => Assert.True(one.IsDeclined()));
            Assert.All(attack.Where(Cards.IsEuro), one => Assert.Equal(1_23, one.Transaction.Amount));
            foreach (LabelledTransaction[] burst in attack.GroupBy(Cards.Card).Select(burst => burst.ToArray()).Where(burst => burst.Length == 6))
            {
                Assert.All(burst.Zip(burst.Skip(1)), pair => Assert.Equal(TimeSpan.FromMilliseconds(100), pair.Second.Time() - pair.First.Time()));
                Assert.Contains((burst[0].Card(), burst[^1].Time() + TimeSpan.FromMilliseconds(100) + TimeSpan.FromDays(1)), sprees);
            }
        });
        Assert.Equal(4, attacks.Max(attack => attack.Select(Cards.Merchant).Distinct().Count()));
    }

    [Fact]
    public void Stolen_card()
    {
        CardsWorldOptions options = Cards.Only(FraudKind.StolenCard) with
        {
            StolenCard = new() { Rate = 300, Payments = new(8, 8), Duration = Exactly(TimeSpan.FromHours(2)), ContactlessCents = new(20_00, 20_00) },
            Labels = new() { Unreported = 0 },
        };
        LabelledTransaction[][] thefts = ByReport(Cards.Draw(options), FraudKind.StolenCard);
        Assert.All(thefts, theft =>
        {
            Assert.Equal(8, theft.Length);
            Assert.InRange(theft[^1].Time() - theft[0].Time(), TimeSpan.FromMinutes(90), TimeSpan.FromHours(2));
            var contactless = theft.Where(one => one.Transaction.EntryMode == EntryMode.Contactless && one.IsEuro());
            Assert.All(contactless, one => Assert.Equal(20_00, one.Transaction.Amount));
            Assert.All(theft.Where(one => one.Transaction.EntryMode == EntryMode.Chip), one => Assert.Equal(6011, one.Transaction.Mcc));
            Assert.DoesNotContain(theft[..5], one => one.Transaction.ResponseCode.ToString() == "65");
        });
        Assert.Contains(thefts, theft => theft[5..].Any(one => one.Transaction.ResponseCode.ToString() == "65"));
    }

    [Fact]
    public void Compromised_terminal()
    {
        TimeSpan span = TimeSpan.FromDays(3), usedAfter = TimeSpan.FromDays(1), gap = TimeSpan.FromMinutes(5);
        CardsWorldOptions options = Cards.Only(FraudKind.CompromisedTerminal) with
        {
            CompromisedTerminal = new()
            {
                Rate = 60,
                Compromised = Exactly(span),
                Copied = 1,
                UsedAfter = Exactly(usedAfter),
                Payments = new(3, 3),
                Gap = Exactly(gap),
                Declined = 1,
            },
            Labels = new() { Unreported = 0 },
        };
        LabelledTransaction[] world = Cards.Draw(options);
        LabelledTransaction[] genuine = [.. world.Where(one => one.Kind() == FraudKind.None)];
        LabelledTransaction[][] copies = ByReport(world, FraudKind.CompromisedTerminal);
        Assert.All(copies, copy =>
        {
            Assert.Equal((3, 3), (copy.Length, copy.Count(Cards.IsDeclined)));
            Assert.All(copy.Zip(copy.Skip(1)), pair => Assert.Equal(gap, pair.Second.Time() - pair.First.Time()));
        });
        var copied = copies.Select(copy => (copy[0].Card(), copy[0].Time())).ToHashSet();
        var terminals = genuine.Where(IsCopied).GroupBy(one => one.Transaction.TerminalId.ToString()).ToArray();
        Assert.Equal(copied.Count, terminals.Sum(terminal => terminal.Count()));
        foreach (var terminal in terminals)
        {
            (Instant first, Instant last) = (terminal.First().Time(), terminal.Last().Time());
            Assert.InRange(last - first, TimeSpan.Zero, span);
            Assert.All(genuine.Where(one => one.Transaction.TerminalId.ToString() == terminal.Key && one.Time() >= first && one.Time() <= last
                && one.Transaction.EntryMode is EntryMode.Chip or EntryMode.Magstripe), one => Assert.True(IsCopied(one)));
        }
        bool IsCopied(LabelledTransaction one) => copied.Contains((one.Card(), one.Time() + usedAfter));
    }

    [Fact]
    public void Account_takeover()
    {
        LabelledTransaction[] usual = Draw(1), tenfold = Draw(10);
        var homes = Homes(usual);
        Assert.All(ByDevice(usual, FraudKind.AccountTakeover), takeover =>
        {
            Assert.Equal(1 + 5, takeover.Length);
            Assert.InRange(takeover[^1].Time() - takeover[0].Time(), TimeSpan.FromHours(20), TimeSpan.FromHours(24));
            Assert.NotEqual(homes[takeover[0].Card()], takeover[0].Transaction.IpCountry.ToString());
        });
        Assert.InRange((double)MedianPurchase(tenfold) / MedianPurchase(usual), 8, 10.5);

        static LabelledTransaction[] Draw(double factor) => Cards.Draw(Cards.Only(FraudKind.AccountTakeover) with
        {
            AccountTakeover = new() { Rate = 200, Payments = new(5, 5), Duration = Exactly(TimeSpan.FromDays(1)), Abroad = 1, AmountFactor = factor },
        });

        static long MedianPurchase(LabelledTransaction[] world)
        {
            var purchases = ByDevice(world, FraudKind.AccountTakeover).SelectMany(takeover => takeover[1..]).Where(Cards.IsEuro);
            long[] amounts = [.. purchases.Select(one => one.Transaction.Amount).Order()];
            return amounts[amounts.Length / 2];
        }
    }

    [Fact]
    public void Card_not_present()
    {
        var gap = TimeSpan.FromMinutes(1);
        var spree = new CardNotPresentOptions { Rate = 200, Payments = new(5, 5), Gap = Exactly(gap), Cents = new(99_00, 99_00), Abroad = 1, Declined = 1 };
        LabelledTransaction[] world = Draw(spree);
        Assert.All(ByDevice(world, FraudKind.CardNotPresent), one =>
        {
            Assert.Equal((5, 5), (one.Length, one.Count(Cards.IsDeclined)));
            Assert.All(one.Zip(one.Skip(1)), pair => Assert.Equal(gap, pair.Second.Time() - pair.First.Time()));
            Assert.All(one.Where(Cards.IsEuro), purchase => Assert.Equal(99_00, purchase.Transaction.Amount));
            Assert.All(one, purchase => Assert.Contains(purchase.Transaction.Mcc, new ushort[] { 5732, 5944, 5947, 5964, 4511, 6051, 5816 }));
        });
        Assert.InRange(AtHome(world), 0, .4); // Abroad may be home by chance.
        Assert.Equal(1, AtHome(Draw(spree with { Abroad = 0 })));

        static LabelledTransaction[] Draw(CardNotPresentOptions options) => Cards.Draw(Cards.Only(FraudKind.CardNotPresent) with { CardNotPresent = options });

        static double AtHome(LabelledTransaction[] world)
        {
            var homes = Homes(world);
            LabelledTransaction[] purchases = [.. world.Where(one => one.Kind() == FraudKind.CardNotPresent && homes.ContainsKey(one.Card()))];
            return purchases.Share(one => homes[one.Card()] == one.Transaction.IpCountry.ToString());
        }
    }

    [Fact]
    public void Bust_out()
    {
        CardsWorldOptions options = Cards.Only(FraudKind.BustOut) with
        {
            BustOut = new()
            {
                Rate = 2_000,
                LimitCents = new(1_000_00, 1_000_00),
                Cents = new(90_00, 90_00),
                Duration = Exactly(TimeSpan.FromDays(2)),
                Unpaid = Exactly(TimeSpan.FromDays(30)),
            },
        };
        LabelledTransaction[][] ends = ByReport(Cards.Draw(options), FraudKind.BustOut);
        Assert.All(ends.GroupBy(end => end[0].Card()), account => // Two may overlap; none begins once the account has ended.
            Assert.InRange(account.Max(end => end[0].Time()) - account.Min(end => end[^1].Time()), -TimeSpan.FromDays(2), TimeSpan.FromDays(1)));
        Assert.All(ends, end =>
        {
            Assert.Equal(11, end.Count(one => !one.IsDeclined()));
            Assert.InRange(end.Count(Cards.IsDeclined), 1, 4);
            Assert.All(end.Where(Cards.IsEuro), one => Assert.Equal(90_00, one.Transaction.Amount));
            Assert.InRange(end[^1].Time() - end[0].Time(), TimeSpan.FromDays(1.6), TimeSpan.FromDays(2));
            Assert.Equal(TimeSpan.FromDays(30), end[^1].LabelTime!.Value - end[^1].Time());
        });
    }

    [Fact]
    public void Merchant_collusion()
    {
        CardsWorldOptions options = Cards.Only(FraudKind.MerchantCollusion) with
        {
            MerchantCollusion = new() { Rate = 60, Cards = new(6, 6), Payments = new(2, 2), Duration = Exactly(TimeSpan.FromDays(3)), Hundreds = new(3, 3) },
            Labels = new() { Unreported = 0 },
        };
        LabelledTransaction[] world = Cards.Draw(options);
        Assert.All(ByReport(world, FraudKind.MerchantCollusion), ofCard => Assert.Equal(2, ofCard.Length));
        LabelledTransaction[][] shops = [.. world.Where(one => one.Kind() == FraudKind.MerchantCollusion).GroupBy(Cards.Merchant).Select(shop => shop.ToArray())
            .Where(shop => shop[0].Time() < s_cutOff)];
        Assert.All(shops, shop => Assert.Equal(0, shop.Length % 12));
        Assert.All(shops.SelectMany(shop => shop).Where(Cards.IsEuro), one => Assert.InRange(one.Transaction.Amount, 294_99, 299_99));
        TimeSpan[] spans = [.. shops.Where(shop => shop.Length == 12).Select(shop => shop[^1].Time() - shop[0].Time())];
        Assert.All(spans, span => Assert.InRange(span, TimeSpan.FromDays(1), TimeSpan.FromDays(3)));
    }

    static TimeRange Exactly(TimeSpan time) => new(time, time);

    /// <summary>A kind's frauds by the device they came from, those that end before the world does.</summary>
    static LabelledTransaction[][] ByDevice(LabelledTransaction[] world, FraudKind kind) =>
        Whole(world.Where(one => one.Kind() == kind).GroupBy(one => one.Transaction.DeviceId.ToString()));

    /// <summary>Likewise by card and report: what is reported together is one fraud.</summary>
    static LabelledTransaction[][] ByReport(LabelledTransaction[] world, FraudKind kind) =>
        Whole(world.Where(one => one.Kind() == kind).GroupBy(one => (one.Card(), one.LabelTime)));

    static LabelledTransaction[][] Whole<TKey>(IEnumerable<IGrouping<TKey, LabelledTransaction>> groups)
    {
        LabelledTransaction[][] whole = [.. groups.Select(group => group.ToArray()).Where(group => group[0].Time() < s_cutOff)];
        Assert.True(whole.Length > 5);
        return whole;
    }

    /// <summary>Where each card pays most.</summary>
    static Dictionary<string, string> Homes(LabelledTransaction[] world) => world.Where(one => one.Kind() == FraudKind.None).GroupBy(Cards.Card)
        .ToDictionary(card => card.Key, card => card.CountBy(Cards.Country).MaxBy(country => country.Value).Key);
}
