namespace Vigil.Simulator.Cards;

/// <summary>Draws <see cref="FraudKind.AccountTakeover"/>.</summary>
sealed class AccountTakeoverFraud(CardsScene scene) : CardsFraud(scene, FraudKind.AccountTakeover, scene.Options.AccountTakeover)
{
    const double DeclinedShare = .1;

    static readonly ResponseCode[] s_refusals = [ResponseCode.InsufficientFunds, ResponseCode.DoNotHonour, ResponseCode.ExceedsAmountLimit];

    protected override void Begin(long time, Xoshiro256 random)
    {
        AccountTakeoverOptions options = Scene.Options.AccountTakeover;
        int card = DrawCard(random), home = Scene.Customers.HomeOf(card);
        (ulong device, int place) = (random.Next() | 1, random.Chance(options.Abroad) ? DrawOther(home, random) : home);
        long duration = options.Duration.Draw(random);
        var payments = new CardsPayment[1 + options.Payments.Draw(random)];
        for (int i = 0; i < payments.Length; i++)
        {
            // The first look costs little.
            MerchantGroup group = i == 0 ? MerchantGroup.Tested : random.Chance(.75) ? MerchantGroup.ResoldOnline : MerchantGroup.Online;
            int shop = Scene.Merchants.DrawMostlyIn(group, place, random);
            int cents = Scene.Merchants.DrawCents(shop, i == 0 ? .3 : options.AmountFactor, random);
            long at = i == 0 ? time : time + (duration * i / payments.Length) + random.Below((duration / payments.Length) + 1);
            payments[i] = Payment(card, shop, at, random) with
            {
                Amount = Scene.Merchants.UnitsOf(shop, cents),
                Response = random.Chance(DeclinedShare) ? random.Of(s_refusals) : ResponseCode.Approved,
                Device = device,
                IpCountry = (sbyte)place,
            };
        }
        Scene.Add(payments, random);
    }

    static int DrawOther(int home, Xoshiro256 random)
    {
        int drawn = random.Below(CardsCountry.All.Length - 1);
        return drawn < home ? drawn : drawn + 1;
    }
}
