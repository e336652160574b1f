namespace Vigil.Simulator.Cards;

/// <summary>Draws <see cref="FraudKind.CardNotPresent"/>.</summary>
sealed class CardNotPresentFraud(CardsScene scene) : CardsFraud(scene, FraudKind.CardNotPresent, scene.Options.CardNotPresent)
{
    static readonly ResponseCode[] s_refusals =
    [
        ResponseCode.DoNotHonour, ResponseCode.InsufficientFunds, ResponseCode.WrongSecurityCode, ResponseCode.SuspectedFraud,
        ResponseCode.ExceedsAmountLimit,
    ];

    protected override void Begin(long time, Xoshiro256 random) => Begin(DrawCard(random), time, random);

    /// <summary>Draws a spree on a card whose number somebody has.</summary>
    internal void Begin(int card, long time, Xoshiro256 random)
    {
        CardNotPresentOptions options = Scene.Options.CardNotPresent;
        int home = Scene.Customers.HomeOf(card);
        (ulong device, int place) = (random.Next() | 1, random.Chance(options.Abroad) ? random.Pick(CardsCountry.CumulativeMerchants) : home);
        var purchases = new CardsPayment[options.Payments.Draw(random)];
        for (int i = 0; i < purchases.Length; i++)
        {
            int shop = Scene.Merchants.DrawMostlyIn(MerchantGroup.ResoldOnline, home, random);
            purchases[i] = Payment(card, shop, time, random) with
            {
                Amount = Scene.Merchants.UnitsOf(shop, options.Cents.Draw(random)),
                Response = random.Chance(options.Declined) ? random.Of(s_refusals) : ResponseCode.Approved,
                Device = device,
                IpCountry = (sbyte)place,
            };
            time += options.Gap.Draw(random);
        }
        Scene.Add(purchases, random);
    }
}
