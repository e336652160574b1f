using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>Draws <see cref="FraudKind.MerchantCollusion"/>.</summary>
sealed class MerchantCollusionFraud(CardsScene scene) : CardsFraud(scene, FraudKind.MerchantCollusion, scene.Options.MerchantCollusion)
{
    const double DeclinedShare = .08;

    static readonly ResponseCode[] s_refusals = [ResponseCode.InsufficientFunds, ResponseCode.DoNotHonour];

    protected override void Begin(long time, Xoshiro256 random)
    {
        MerchantCollusionOptions options = Scene.Options.MerchantCollusion;
        int merchant = Scene.Merchants.Draw(MerchantGroup.Store, random.Pick(CardsCountry.CumulativeCustomers), random);
        long duration = options.Duration.Draw(random);
        for (int left = options.Cards.Draw(random); left > 0; left--)
        {
            int card = DrawCard(random);
            var payments = new CardsPayment[options.Payments.Draw(random)];
            for (int i = 0; i < payments.Length; i++)
            {
                payments[i] = Payment(card, merchant, time + random.Below(duration + 1), random) with
                {
                    Amount = Scene.Merchants.UnitsOf(merchant, Math.Max(1, (options.Hundreds.Draw(random) * 100_00) - 1 - random.Below(5_00))),
                    // The card is not there, or is there for show.
                    EntryMode = random.Chance(.6) ? EntryMode.Manual : EntryMode.Magstripe,
                    Response = random.Chance(DeclinedShare) ? random.Of(s_refusals) : ResponseCode.Approved,
                };
            }
            if (payments.Length > 0) Scene.Add(payments, random);
        }
    }
}
