using Vigil.Ingest;
using Vigil.Simulator.Cards;
using Xunit;

namespace Vigil.Simulator.Tests;

/// <summary>Frauds become known as the options say: by whom, when, as what, or never.</summary>
public sealed class CardsLabelTests
{
    static readonly LabelledTransaction[] Frauds = DrawFrauds(new());

    [Fact]
    public void Only_reported_frauds_bear_a_fraud_label_of_their_own_time_type_and_source()
    {
        Assert.All(Cards.Draw(Cards.Without()), one =>
        {
            bool reported = one.Value == LabelValue.Fraud;
            Assert.Equal((reported, reported, reported), (one.LabelTime is not null, one.Source is not null, !one.FraudType.IsEmpty));
            Assert.True(!reported || (one.Kind() != FraudKind.None && one.LabelTime >= one.Time()));
        });
    }

    [Theory]
    [InlineData(FraudKind.CardTesting, "CNPA")]
    [InlineData(FraudKind.StolenCard, "CRDS")]
    [InlineData(FraudKind.CompromisedTerminal, "CWKA")]
    [InlineData(FraudKind.AccountTakeover, "ACTO")]
    [InlineData(FraudKind.CardNotPresent, "CNPA")]
    [InlineData(FraudKind.BustOut, "FRAC")]
    [InlineData(FraudKind.MerchantCollusion, "COSN")]
    public void A_kind_is_reported_by_its_code_of_ISO_20022(FraudKind kind, string code)
    {
        string[] codes = [.. Frauds.Where(one => one.Kind() == kind && one.Value == LabelValue.Fraud).Select(one => one.FraudType.ToString()).Distinct()];
        Assert.Equal([code], codes);
    }

    [Fact]
    public void Frauds_of_one_card_are_reported_at_once_and_each_source_has_its_delay()
    {
        var reported = DrawFrauds(new() { Unreported = 0 }).Where(one => one.Kind() is not (FraudKind.BustOut or FraudKind.MerchantCollusion))
            .GroupBy(one => (Card: one.Card(), Time: one.LabelTime!.Value, Source: one.Source!.Value))
            .Select(report => (report.Key.Source, Delay: report.Key.Time - report.Last().Time())).ToArray();
        AssertDelays(LabelSource.Analyst, TimeSpan.FromMinutes(5), TimeSpan.FromDays(7), TimeSpan.FromHours(6));
        AssertDelays(LabelSource.Issuer, TimeSpan.FromHours(2), TimeSpan.FromDays(30), TimeSpan.FromDays(3));
        AssertDelays(LabelSource.Chargeback, TimeSpan.FromDays(5), TimeSpan.FromDays(120), TimeSpan.FromDays(30));

        void AssertDelays(LabelSource source, TimeSpan shortest, TimeSpan longest, TimeSpan median)
        {
            TimeSpan[] delays = [.. reported.Where(report => report.Source == source).Select(report => report.Delay).Order()];
            Assert.True(delays.Length > 50);
            Assert.InRange(delays[0], shortest, longest);
            Assert.InRange(delays[^1], shortest, longest);
            Assert.InRange(delays[delays.Length / 2], median * .7, median * 1.4);
        }
    }

    [Fact]
    public void The_shares_of_the_sources_and_of_the_unreported_are_the_options()
    {
        LabelledTransaction[] victims = [.. Frauds.Where(one => one.Kind() is FraudKind.StolenCard or FraudKind.AccountTakeover or FraudKind.CardNotPresent)];
        LabelledTransaction[] reported = [.. victims.Where(one => one.Source is not null)];
        Assert.InRange(1 - (reported.Length / (double)victims.Length), .04, .13);
        Assert.InRange(reported.Share(one => one.Source == LabelSource.Analyst), .27, .43);
        Assert.InRange(reported.Share(one => one.Source == LabelSource.Issuer), .32, .48);
        Assert.All(DrawFrauds(new() { Unreported = 1 }).Where(one => one.Kind() != FraudKind.BustOut), one => Assert.Equal(LabelValue.Genuine, one.Value));
        Assert.All(
            DrawFrauds(new() { Unreported = 0, ByAnalyst = 1, ByIssuer = 0 }).Where(one => one.Kind() != FraudKind.BustOut),
            one => Assert.Equal(LabelSource.Analyst, one.Source));
    }

    static LabelledTransaction[] DrawFrauds(LabelOptions labels) =>
        [.. new CardsWorld(Cards.Without() with { Labels = labels, Customers = 2_000 }).Transactions().Where(one => one.Kind() != FraudKind.None)];
}
