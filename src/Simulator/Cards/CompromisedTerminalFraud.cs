using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>Draws <see cref="FraudKind.CompromisedTerminal"/>: it watches the genuine payments at the terminals that are compromised.</summary>
sealed class CompromisedTerminalFraud(CardsScene scene) : CardsFraud(scene, FraudKind.CompromisedTerminal, scene.Options.CompromisedTerminal)
{
    static readonly ResponseCode[] s_refusals =
        [ResponseCode.DoNotHonour, ResponseCode.NotPermitted, ResponseCode.RestrictedCard, ResponseCode.ExceedsAmountLimit, ResponseCode.InsufficientFunds];

    readonly Dictionary<int, (long From, long To)> _compromised = [];

    protected override void Begin(long time, Xoshiro256 random)
    {
        int country = random.Pick(CardsCountry.CumulativeCustomers);
        int merchant = Scene.Merchants.Draw(random.Chance(.3) ? MerchantGroup.Cash : MerchantGroup.Store, country, random);
        _compromised[Scene.Merchants.DrawTerminal(merchant, random)] = (time, time + Scene.Options.CompromisedTerminal.Compromised.Draw(random));
    }

    /// <summary>Copies cards of a day's genuine payments.</summary>
    internal void Watch(int day, ReadOnlySpan<CardsPayment> payments)
    {
        if (_compromised.Count == 0) return;
        foreach (ref readonly CardsPayment payment in payments)
        {
            if (payment.EntryMode is not (EntryMode.Chip or EntryMode.Magstripe) || !_compromised.TryGetValue(payment.Terminal, out var span)) continue;
            if (payment.Time >= span.From && payment.Time < span.To) Copy(payment, Scene.Draw.OfCopy(day, payment.Card));
        }
        foreach (var (terminal, span) in _compromised)
        {
            if (span.To <= (day + 1) * CardsPayment.PerDay) _compromised.Remove(terminal);
        }
    }

    void Copy(in CardsPayment payment, Xoshiro256 random)
    {
        CompromisedTerminalOptions options = Scene.Options.CompromisedTerminal;
        if (!random.Chance(options.Copied)) return;
        int country = CardsCountry.OfTheStripe[random.Below(CardsCountry.OfTheStripe.Length)];
        long time = payment.Time + options.UsedAfter.Draw(random);
        var uses = new CardsPayment[options.Payments.Draw(random)];
        for (int i = 0; i < uses.Length; i++)
        {
            bool cash = random.Chance(.6);
            int merchant = Scene.Merchants.Draw(cash ? MerchantGroup.Cash : MerchantGroup.ResoldStore, country, random);
            int cents = cash ? 50_00 * (2 + random.Below(9)) : Scene.Merchants.DrawCents(merchant, 1.5, random);
            uses[i] = Payment(payment.Card, merchant, time, random) with
            {
                Amount = Scene.Merchants.UnitsOf(merchant, cents),
                EntryMode = EntryMode.Magstripe,
                Response = random.Chance(options.Declined) ? random.Of(s_refusals) : ResponseCode.Approved,
            };
            time += options.Gap.Draw(random);
        }
        Scene.Add(uses, random);
    }
}
