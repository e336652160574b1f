using System.ComponentModel.DataAnnotations;

namespace Vigil.Simulator.Cards;

/// <summary>What every kind of fraud has.</summary>
public abstract record FraudOptions
{
    /// <summary>Beginnings per 100,000 cards and day; 0 switches the kind off. 0 to 10,000. Each kind has its own default value.</summary>
    [Range(0, 10_000)]
    public double Rate { get; init; }
}

/// <summary><see cref="FraudKind.CardTesting"/>: a script tries a list of cards, a burst of small amounts each.</summary>
public sealed record CardTestingOptions : FraudOptions
{
    /// <summary>The default values.</summary>
    public CardTestingOptions() => Rate = 1.5;

    /// <summary>Cards on the list. The default value is 3 to 20.</summary>
    public NumberRange Cards { get; init; } = new(3, 20);

    /// <summary>Authorisations on a card. The default value is 4 to 12.</summary>
    public NumberRange Attempts { get; init; } = new(4, 12);

    /// <summary>Web shops that a script goes through; at least 2. The default value is 3 to 8.</summary>
    public NumberRange Merchants { get; init; } = new(3, 8);

    /// <summary>Between two authorisations on a card. The default value is 50 to 500 ms.</summary>
    public TimeRange Gap { get; init; } = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500));

    /// <summary>Amounts in cents of a euro, changed into the shop's currency. The default value is 0 to 5.00.</summary>
    public NumberRange Cents { get; init; } = new(0, 5_00);

    /// <summary>The share that is declined. 0 to 1. The default value is 0.75.</summary>
    [Range(0.0, 1.0)]
    public double Declined { get; init; } = .75;

    /// <summary>
    /// The share of the tested cards that a <see cref="FraudKind.CardNotPresent"/> spree follows, if that kind is on. 0 to 1. The default value is 0.33.
    /// </summary>
    [Range(0.0, 1.0)]
    public double FollowedBySpree { get; init; } = .33;

    /// <summary>From the test to the spree. The default value is 1 hour to 5 days.</summary>
    public TimeRange SpreeAfter { get; init; } = new(TimeSpan.FromHours(1), TimeSpan.FromDays(5));
}

/// <summary><see cref="FraudKind.StolenCard"/>: contactless payments below the PIN's limit, then tries with a guessed PIN, until the card is blocked.</summary>
public sealed record StolenCardOptions : FraudOptions
{
    /// <summary>The default values.</summary>
    public StolenCardOptions() => Rate = 12;

    /// <summary>Payments. The default value is 3 to 12.</summary>
    public NumberRange Payments { get; init; } = new(3, 12);

    /// <summary>From the first payment to the last. The default value is 30 minutes to 8 hours.</summary>
    public TimeRange Duration { get; init; } = new(TimeSpan.FromMinutes(30), TimeSpan.FromHours(8));

    /// <summary>Contactless amounts in cents of a euro. The default value is 5.00 to 49.99.</summary>
    public NumberRange ContactlessCents { get; init; } = new(5_00, 49_99);
}

/// <summary><see cref="FraudKind.CompromisedTerminal"/>: cards that pay at a terminal are copied, and the copies are used abroad.</summary>
public sealed record CompromisedTerminalOptions : FraudOptions
{
    /// <summary>The default values.</summary>
    public CompromisedTerminalOptions() => Rate = 3;

    /// <summary>How long a terminal stays compromised. The default value is 3 to 14 days.</summary>
    public TimeRange Compromised { get; init; } = new(TimeSpan.FromDays(3), TimeSpan.FromDays(14));

    /// <summary>The share of the payments there whose card is copied. 0 to 1. The default value is 0.25.</summary>
    [Range(0.0, 1.0)]
    public double Copied { get; init; } = .25;

    /// <summary>From the copy to its use. The default value is 2 to 30 days.</summary>
    public TimeRange UsedAfter { get; init; } = new(TimeSpan.FromDays(2), TimeSpan.FromDays(30));

    /// <summary>Withdrawals and purchases with a copy. The default value is 2 to 6.</summary>
    public NumberRange Payments { get; init; } = new(2, 6);

    /// <summary>Between two of them. The default value is 40 seconds to 1 hour.</summary>
    public TimeRange Gap { get; init; } = new(TimeSpan.FromSeconds(40), TimeSpan.FromHours(1));

    /// <summary>The share that is declined. 0 to 1. The default value is 0.35.</summary>
    [Range(0.0, 1.0)]
    public double Declined { get; init; } = .35;
}

/// <summary><see cref="FraudKind.AccountTakeover"/>: a first look from a new device, then days of purchases that are not the cardholder's.</summary>
public sealed record AccountTakeoverOptions : FraudOptions
{
    /// <summary>The default values.</summary>
    public AccountTakeoverOptions() => Rate = 10;

    /// <summary>Purchases after the first look. The default value is 4 to 16.</summary>
    public NumberRange Payments { get; init; } = new(4, 16);

    /// <summary>From the first look to the last purchase. The default value is 6 hours to 6 days.</summary>
    public TimeRange Duration { get; init; } = new(TimeSpan.FromHours(6), TimeSpan.FromDays(6));

    /// <summary>The share of takeovers whose address on the internet lies abroad. 0 to 1. The default value is 0.7.</summary>
    [Range(0.0, 1.0)]
    public double Abroad { get; init; } = .7;

    /// <summary>How many times a purchase's usual amount is spent. 1 to 100. The default value is 2.5.</summary>
    [Range(1.0, 100.0)]
    public double AmountFactor { get; init; } = 2.5;
}

/// <summary><see cref="FraudKind.CardNotPresent"/>: goods that can be sold again, one after another.</summary>
public sealed record CardNotPresentOptions : FraudOptions
{
    /// <summary>The default values.</summary>
    public CardNotPresentOptions() => Rate = 10;

    /// <summary>Purchases. The default value is 3 to 12.</summary>
    public NumberRange Payments { get; init; } = new(3, 12);

    /// <summary>Between two purchases. The default value is 15 seconds to 20 minutes.</summary>
    public TimeRange Gap { get; init; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(20));

    /// <summary>Amounts in cents of a euro. The default value is 60.00 to 700.00.</summary>
    public NumberRange Cents { get; init; } = new(60_00, 700_00);

    /// <summary>The share of sprees whose address on the internet lies abroad. 0 to 1. The default value is 0.6.</summary>
    [Range(0.0, 1.0)]
    public double Abroad { get; init; } = .6;

    /// <summary>The share that is declined. 0 to 1. The default value is 0.25.</summary>
    [Range(0.0, 1.0)]
    public double Declined { get; init; } = .25;
}

/// <summary><see cref="FraudKind.BustOut"/>: after a time of good conduct the limit is spent in days, and the account ends.</summary>
public sealed record BustOutOptions : FraudOptions
{
    /// <summary>The default values.</summary>
    public BustOutOptions() => Rate = 3;

    /// <summary>The limit in cents of a euro; what would exceed it is declined. The default value is 3,000.00 to 15,000.00.</summary>
    public NumberRange LimitCents { get; init; } = new(3_000_00, 15_000_00);

    /// <summary>One purchase in cents of a euro. The default value is 90.00 to 1,200.00.</summary>
    public NumberRange Cents { get; init; } = new(90_00, 1_200_00);

    /// <summary>From the first purchase to the last. The default value is 2 to 6 days.</summary>
    public TimeRange Duration { get; init; } = new(TimeSpan.FromDays(2), TimeSpan.FromDays(6));

    /// <summary>From the last purchase until the issuer writes the account off. The default value is 30 to 75 days.</summary>
    public TimeRange Unpaid { get; init; } = new(TimeSpan.FromDays(30), TimeSpan.FromDays(75));
}

/// <summary><see cref="FraudKind.MerchantCollusion"/>: one shop, many cards, amounts just below round numbers.</summary>
public sealed record MerchantCollusionOptions : FraudOptions
{
    /// <summary>The default values.</summary>
    public MerchantCollusionOptions() => Rate = 1.5;

    /// <summary>Cards. The default value is 10 to 40.</summary>
    public NumberRange Cards { get; init; } = new(10, 40);

    /// <summary>Payments on a card. The default value is 1 to 4.</summary>
    public NumberRange Payments { get; init; } = new(1, 4);

    /// <summary>How long it goes on. The default value is 7 to 40 days.</summary>
    public TimeRange Duration { get; init; } = new(TimeSpan.FromDays(7), TimeSpan.FromDays(40));

    /// <summary>Hundreds of a euro that an amount lies just below. The default value is 1 to 4.</summary>
    public NumberRange Hundreds { get; init; } = new(1, 4);
}
