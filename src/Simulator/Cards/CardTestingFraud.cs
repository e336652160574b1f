namespace Vigil.Simulator.Cards;

/// <summary>Draws <see cref="FraudKind.CardTesting"/>.</summary>
sealed class CardTestingFraud(CardsScene scene, CardNotPresentFraud spree) : CardsFraud(scene, FraudKind.CardTesting, scene.Options.CardTesting)
{
    const long AttackLength = 600 * CardsPayment.PerSecond;

    static readonly ResponseCode[] s_refusals =
    [
        ResponseCode.InvalidCardNumber, ResponseCode.DoNotHonour, ResponseCode.WrongSecurityCode, ResponseCode.ExpiredCard,
        ResponseCode.InsufficientFunds, ResponseCode.SuspectedFraud,
    ];

    protected override void Begin(long time, Xoshiro256 random)
    {
        CardTestingOptions options = Scene.Options.CardTesting;
        int[] shops = DrawShops(options.Merchants.Draw(random), random);
        (ulong device, sbyte country) = (random.Next() | 1, (sbyte)random.Pick(CardsCountry.CumulativeMerchants));
        for (int left = options.Cards.Draw(random); left > 0; left--)
        {
            var attempts = new CardsPayment[options.Attempts.Draw(random)];
            int card = DrawCard(random), shop = random.Below(shops.Length);
            long at = time + random.Below(AttackLength);
            for (int i = 0; i < attempts.Length; i++)
            {
                attempts[i] = Payment(card, shops[shop], at, random) with
                {
                    Amount = Scene.Merchants.UnitsOf(shops[shop], options.Cents.Draw(random)),
                    Response = random.Chance(options.Declined) ? random.Of(s_refusals) : ResponseCode.Approved,
                    Device = device,
                    IpCountry = country,
                };
                // On to another shop.
                shop = (shop + 1 + random.Below(shops.Length - 1)) % shops.Length;
                at += options.Gap.Draw(random);
            }
            Scene.Add(attempts, random);
            if (random.Chance(options.FollowedBySpree) && spree.IsOn) spree.Begin(card, at + options.SpreeAfter.Draw(random), random);
        }
    }

    int[] DrawShops(int count, Xoshiro256 random)
    {
        var shops = new HashSet<int>();
        // A country may have few that take small amounts; two it always has.
        for (int tries = 0; shops.Count < count && (tries < 100 || shops.Count < 2); tries++)
            shops.Add(Scene.Merchants.Draw(MerchantGroup.Tested, random.Pick(CardsCountry.CumulativeMerchants), random));
        return [.. shops];
    }
}
