using Vigil.Ingest;
using Vigil.Simulator.Cards;
using Xunit;

namespace Vigil.Simulator.Tests;

/// <summary>Each kind of fraud leaves the traces by which it is known, and no kind disturbs another.</summary>
public sealed class CardsFraudTests
{
    static readonly HashSet<string> OfTheStripe = ["US", "TH", "BR"];

    public static TheoryData<FraudKind> Kinds => [.. Cards.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_kind_that_is_switched_on_happens_alone(FraudKind kind)
    {
        LabelledTransaction[] world = Cards.Draw(Cards.Only(kind));
        Assert.Equal([FraudKind.None, kind], world.Select(Cards.Kind).Distinct().Order());
        Assert.True(world.Count(one => one.Kind() == kind) > 100);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Switching_a_kind_off_leaves_everything_else_as_it_was(FraudKind kind)
    {
        // A bust-out ends an account, and a card that was tested may be used up: what follows from these goes with them.
        FraudKind[] aside = [FraudKind.BustOut, FraudKind.CardTesting, kind];
        string[] with = Contents(Cards.Without(FraudKind.BustOut, FraudKind.CardTesting), kind), without = Contents(Cards.Without(aside), kind);
        Assert.Equal(with, without);
        string[] Contents(CardsWorldOptions options, FraudKind except) =>
            [.. Cards.Draw(options).Where(one => one.Kind() != except).Select(Cards.Content)];
    }

    [Fact]
    public void Card_testing_is_a_burst_of_small_amounts_across_merchants_most_of_them_declined()
    {
        LabelledTransaction[] world = Cards.Draw(Cards.Only(FraudKind.CardTesting));
        IReadOnlyList<LabelledTransaction[]> bursts = world.Episodes(FraudKind.CardTesting, apart: TimeSpan.FromSeconds(1));
        var pairs = bursts.Where(burst => burst.Length <= 12).SelectMany(burst => burst.Zip(burst.Skip(1))).ToArray();
        Assert.True(pairs.Length > 500);
        Assert.All(pairs, pair =>
        {
            Assert.InRange(pair.Second.Time() - pair.First.Time(), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500));
            Assert.NotEqual(pair.First.Merchant(), pair.Second.Merchant());
            Assert.Equal(pair.First.Transaction.DeviceId, pair.Second.Transaction.DeviceId);
            Assert.Equal(EntryMode.Ecommerce, pair.First.Transaction.EntryMode);
        });
        LabelledTransaction[] frauds = [.. bursts.SelectMany(burst => burst)];
        Assert.InRange(frauds.Share(Cards.IsDeclined), .7, .8);
        Assert.All(frauds.Where(Cards.IsEuro), one => Assert.InRange(one.Transaction.Amount, 0, 5_00));
    }

    [Fact]
    public void A_tested_card_is_used_up_later()
    {
        var both = Cards.Small.WithFrauds(new Dictionary<FraudKind, double> { [FraudKind.CardTesting] = 200, [FraudKind.CardNotPresent] = 1e-9 });
        LabelledTransaction[] world = Cards.Draw(both);
        var tested = world.Where(one => one.Kind() == FraudKind.CardTesting).GroupBy(Cards.Card)
            .ToDictionary(group => group.Key, group => group.First().Time());
        LabelledTransaction[] sprees = [.. world.Where(one => one.Kind() == FraudKind.CardNotPresent)];
        Assert.True(sprees.Length > 100);
        Assert.All(sprees, one => Assert.InRange(one.Time() - tested[one.Card()], TimeSpan.FromHours(1), TimeSpan.FromDays(40)));
    }

    [Fact]
    public void A_stolen_card_pays_contactless_below_the_limit_near_its_home_for_hours()
    {
        LabelledTransaction[] world = Cards.Draw(Cards.Only(FraudKind.StolenCard, 40));
        IReadOnlyList<LabelledTransaction[]> thefts = world.Episodes(FraudKind.StolenCard, apart: TimeSpan.FromHours(8));
        Assert.All(thefts.SelectMany(theft => theft).Where(one => one.Transaction.EntryMode == EntryMode.Contactless && one.IsEuro()), one =>
            Assert.InRange(one.Transaction.Amount, 5_00, 49_99));
        Assert.All(thefts.Where(theft => theft.Length <= 12), theft =>
        {
            Assert.True(theft[^1].Time() - theft[0].Time() <= TimeSpan.FromHours(8));
            Assert.Single(theft.Select(Cards.Country).Distinct());
        });
        Assert.Contains(thefts, theft => theft[^1].Transaction.ResponseCode.ToString() == "43");
        Assert.Contains(thefts.SelectMany(theft => theft), one => one.Transaction.ResponseCode.ToString() is "55" or "75");
    }

    [Fact]
    public void A_compromised_terminals_cards_are_copied_and_used_by_stripe_abroad()
    {
        // A seed by which one terminal is compromised in the whole time.
        CardsWorldOptions options = Cards.Only(FraudKind.CompromisedTerminal, .4) with { Seed = 2, Customers = 1_500, Days = 60 };
        LabelledTransaction[] world = Cards.Draw(options);
        var copies = world.Where(one => one.Kind() == FraudKind.CompromisedTerminal).GroupBy(Cards.Card).ToArray();
        Assert.True(copies.Length >= 5);
        Assert.All(copies.SelectMany(copy => copy), one =>
            Assert.Equal((EntryMode.Magstripe, true), (one.Transaction.EntryMode, OfTheStripe.Contains(one.Country()))));
        var shared = copies.Select(copy => TerminalsBefore(world, copy.First())).Aggregate((left, right) => [.. left.Intersect(right)]);
        Assert.NotEmpty(shared);
    }

    [Fact]
    public void An_account_takeover_brings_one_new_device_a_first_look_and_larger_purchases()
    {
        LabelledTransaction[] world = Cards.Draw(Cards.Only(FraudKind.AccountTakeover, 20));
        var owners = world.Where(one => one.Kind() == FraudKind.None && !one.Transaction.DeviceId.IsEmpty)
            .Select(one => one.Transaction.DeviceId.ToString()).ToHashSet();
        var takeovers = world.Where(one => one.Kind() == FraudKind.AccountTakeover).GroupBy(one => one.Transaction.DeviceId.ToString()).ToArray();
        Assert.True(takeovers.Length > 20);
        Assert.All(takeovers, takeover =>
        {
            Assert.DoesNotContain(takeover.Key, owners);
            Assert.Single(takeover.Select(Cards.Card).Distinct());
            Assert.Single(takeover.Select(one => one.Transaction.IpCountry).Distinct());
            Assert.True(takeover.Last().Time() - takeover.First().Time() <= TimeSpan.FromDays(6));
        });
        var euro = takeovers.Where(takeover => takeover.All(Cards.IsEuro)).ToArray();
        Assert.True(Median(euro.Select(takeover => takeover.First())) * 4 < Median(euro.SelectMany(takeover => takeover.Skip(1))));
    }

    [Fact]
    public void A_spree_buys_what_can_be_sold_again_within_minutes_of_each_other()
    {
        LabelledTransaction[] world = Cards.Draw(Cards.Only(FraudKind.CardNotPresent, 20));
        var sprees = world.Where(one => one.Kind() == FraudKind.CardNotPresent).GroupBy(one => one.Transaction.DeviceId.ToString()).ToArray();
        Assert.All(sprees, spree =>
        {
            Assert.All(spree.Zip(spree.Skip(1)), pair =>
                Assert.InRange(pair.Second.Time() - pair.First.Time(), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(20)));
            Assert.All(spree.Where(Cards.IsEuro), one => Assert.InRange(one.Transaction.Amount, 60_00, 700_00));
            Assert.All(spree, one => Assert.Equal(EntryMode.Ecommerce, one.Transaction.EntryMode));
        });
    }

    [Fact]
    public void A_bust_out_spends_the_limit_ends_the_account_and_becomes_known_late()
    {
        LabelledTransaction[] world = Cards.Draw(Cards.Only(FraudKind.BustOut, 60));
        var accounts = world.GroupBy(Cards.Card).Where(account => account.Any(one => one.Kind() == FraudKind.BustOut)).ToArray();
        Assert.True(accounts.Length > 10);
        Assert.All(accounts, account =>
        {
            LabelledTransaction[] spent = [.. account.Where(one => one.Kind() == FraudKind.BustOut)];
            if (spent[^1].Time() < Instant.From(Cards.Small.Start.AddDays(39)) && spent[^1].IsDeclined())
                Assert.Equal(Day(spent[^1]), Day(account.Last()));
            if (spent.All(Cards.IsEuro)) Assert.InRange(spent.Where(one => !one.IsDeclined()).Sum(one => one.Transaction.Amount), 0, 15_000_00);
            Assert.All(spent, one => Assert.Equal(LabelSource.Issuer, one.Source));
            Assert.All(spent, one => Assert.InRange(one.LabelTime!.Value - one.Time(), TimeSpan.FromDays(30), TimeSpan.FromDays(81)));
        });
    }

    [Fact]
    public void A_colluding_merchant_charges_many_cards_just_below_round_amounts()
    {
        LabelledTransaction[] world = Cards.Draw(Cards.Only(FraudKind.MerchantCollusion, 30));
        var merchants = world.Where(one => one.Kind() == FraudKind.MerchantCollusion).GroupBy(Cards.Merchant).ToArray();
        Assert.InRange(merchants.Average(merchant => merchant.Select(Cards.Card).Distinct().Count()), 8, 80);
        Assert.All(merchants.SelectMany(merchant => merchant).Where(Cards.IsEuro), one => Assert.InRange(one.Transaction.Amount % 100_00, 94_99, 99_99));
        Assert.All(merchants.SelectMany(merchant => merchant), one => Assert.True(one.Transaction.EntryMode is EntryMode.Manual or EntryMode.Magstripe));
    }

    static long Median(IEnumerable<LabelledTransaction> rows)
    {
        long[] amounts = [.. rows.Select(one => one.Transaction.Amount).Order()];
        return amounts[amounts.Length / 2];
    }

    static long Day(LabelledTransaction one) => one.Time().Step(TimeSpan.FromDays(1));

    static string[] TerminalsBefore(LabelledTransaction[] world, LabelledTransaction use) =>
    [
        .. world.Where(one => one.Card() == use.Card() && one.Time() < use.Time() && one.Kind() == FraudKind.None
            && one.Transaction.EntryMode is EntryMode.Chip or EntryMode.Magstripe).Select(one => one.Transaction.TerminalId.ToString()).Distinct(),
    ];
}
