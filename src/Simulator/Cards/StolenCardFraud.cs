using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>Draws <see cref="FraudKind.StolenCard"/>.</summary>
sealed class StolenCardFraud(CardsScene scene) : CardsFraud(scene, FraudKind.StolenCard, scene.Options.StolenCard)
{
    /// <summary>Contactless payments after which most issuers want the PIN.</summary>
    const int ContactlessInARow = 5;

    static readonly ResponseCode[] s_guesses = [ResponseCode.WrongPin, ResponseCode.WrongPin, ResponseCode.PinTriesExceeded];

    protected override void Begin(long time, Xoshiro256 random)
    {
        StolenCardOptions options = Scene.Options.StolenCard;
        int card = DrawCard(random), home = Scene.Customers.HomeOf(card);
        long duration = options.Duration.Draw(random);
        var payments = new CardsPayment[options.Payments.Draw(random)];
        bool blocked = random.Chance(.5);
        for (int i = 0; i < payments.Length; i++)
        {
            bool guesses = i >= 2 && random.Chance(.25);
            int merchant = Scene.Merchants.Draw(guesses ? MerchantGroup.Cash : MerchantGroup.Store, home, random);
            int cents = guesses ? 100_00 * (1 + random.Below(5)) : options.ContactlessCents.Draw(random);
            // In order of time: each in its own part of the duration.
            long at = time + (duration * i / payments.Length) + random.Below((duration / payments.Length) + 1);
            payments[i] = Payment(card, merchant, at, random) with
            {
                Amount = Scene.Merchants.UnitsOf(merchant, cents),
                EntryMode = guesses ? EntryMode.Chip : EntryMode.Contactless,
                Response = blocked && i == payments.Length - 1 ? ResponseCode.StolenCard
                    : guesses ? random.Of(s_guesses)
                    : i >= ContactlessInARow && random.Chance(.5) ? ResponseCode.ExceedsCountLimit : ResponseCode.Approved,
            };
        }
        Scene.Add(payments, random);
    }
}
