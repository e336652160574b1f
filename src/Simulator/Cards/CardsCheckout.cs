using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>How cardholders pay: the entry mode, the issuer's answer, and what they do next.</summary>
sealed class CardsCheckout(CardsMerchants merchants)
{
    const int PinCents = 50_00;
    const double DeclinedShare = .03;
    const double AnotherShare = .2;

    static readonly ResponseCode[] s_withPin =
    [
        ResponseCode.WrongPin, ResponseCode.WrongPin, ResponseCode.InsufficientFunds, ResponseCode.InsufficientFunds, ResponseCode.DoNotHonour,
    ];

    static readonly ResponseCode[] s_inStore =
    [
        ResponseCode.InsufficientFunds, ResponseCode.DoNotHonour, ResponseCode.ExceedsCountLimit, ResponseCode.IssuerUnavailable,
    ];

    static readonly ResponseCode[] s_online =
    [
        ResponseCode.InsufficientFunds, ResponseCode.InsufficientFunds, ResponseCode.DoNotHonour, ResponseCode.WrongSecurityCode,
        ResponseCode.ExpiredCard, ResponseCode.IssuerUnavailable,
    ];

    /// <summary>Decides entry mode and answer of a payment whose merchant and amount are known.</summary>
    internal void Pay(ref CardsPayment payment, Xoshiro256 random)
    {
        payment.EntryMode = DrawEntryMode(payment, random);
        if (random.Chance(DeclinedShare)) payment.Response = DrawRefusal(payment.EntryMode, random);
    }

    /// <summary>
    /// What the cardholder does next at the same merchant: tries again after a refusal, or buys one more small thing on the internet. Null for nothing.
    /// </summary>
    internal CardsPayment? Follow(in CardsPayment payment, Xoshiro256 random)
    {
        CardsPayment next = payment;
        if (payment.Response != ResponseCode.Approved)
        {
            bool pin = payment.Response == ResponseCode.WrongPin;
            if (!random.Chance(pin ? .85 : .4)) return null;
            next.Time += (4 * CardsPayment.PerSecond) + random.Below((pin ? 20 : 180) * CardsPayment.PerSecond);
            if (random.Chance(.8)) next.Response = ResponseCode.Approved;
            return next;
        }
        if (!merchants[payment.Merchant].Is(MerchantGroup.Tested) || !random.Chance(AnotherShare)) return null;
        next.Time += CardsPayment.PerSecond + random.Below(90 * CardsPayment.PerSecond);
        next.Amount = merchants.UnitsOf(payment.Merchant, merchants.DrawCents(payment.Merchant, .5, random));
        Pay(ref next, random);
        return next;
    }

    /// <summary>A month's charge of a subscription.</summary>
    internal CardsPayment Charge(int customer, int merchant, int day, Xoshiro256 random) => new()
    {
        Card = customer,
        Merchant = merchant,
        Terminal = merchants.DrawTerminal(merchant, random),
        Time = (day * CardsPayment.PerDay) + random.Below(CardsPayment.PerDay),
        // The same every month: the median of the category, and what tells one merchant from another.
        Amount = merchants.UnitsOf(merchant, (int)merchants.CategoryOf(merchant).MedianCents + (merchant % 17 * 50)),
        EntryMode = EntryMode.Recurring,
        Response = random.Chance(DeclinedShare) ? ResponseCode.InsufficientFunds : ResponseCode.Approved,
        IpCountry = -1,
    };

    EntryMode DrawEntryMode(in CardsPayment payment, Xoshiro256 random)
    {
        CardsMerchant merchant = merchants[payment.Merchant];
        if (merchant.IsOnline) return random.Chance(.98) ? EntryMode.Ecommerce : EntryMode.Moto;
        if (CardsCountry.All[merchant.Country].ReadsStripe && random.Chance(.2)) return EntryMode.Magstripe;
        if (merchant.Category == CardsCategory.CashMachine) return EntryMode.Chip;
        double way = random.Uniform();
        bool small = payment.Amount <= merchants.UnitsOf(payment.Merchant, PinCents);
        return way < (small ? .75 : .2) ? EntryMode.Contactless : way < .997 ? EntryMode.Chip : EntryMode.Manual;
    }

    static ResponseCode DrawRefusal(EntryMode mode, Xoshiro256 random) => random.Of(mode switch
    {
        EntryMode.Chip => s_withPin,
        EntryMode.Ecommerce or EntryMode.Moto => s_online,
        _ => s_inStore,
    });
}
