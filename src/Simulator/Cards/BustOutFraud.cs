using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>Draws <see cref="FraudKind.BustOut"/>: it is the cardholder's own doing, and no cardholder reports it.</summary>
sealed class BustOutFraud(CardsScene scene) : CardsFraud(scene, FraudKind.BustOut, scene.Options.BustOut)
{
    /// <summary>Refusals after which the cardholder gives up.</summary>
    const int MostRefusals = 4;

    static readonly ResponseCode[] s_refusals = [ResponseCode.InsufficientFunds, ResponseCode.ExceedsAmountLimit];

    protected override void Begin(long time, Xoshiro256 random)
    {
        BustOutOptions options = Scene.Options.BustOut;
        int card = DrawCard(random);
        int day = (int)(time / CardsPayment.PerDay);
        if (Scene.Customers.IsClosed(card, day)) return;
        List<int> cents = Spend(options, random, out int approved);
        long duration = options.Duration.Draw(random);
        var payments = new CardsPayment[cents.Count];
        for (int i = 0; i < payments.Length; i++)
        {
            long at = time + (duration * i / payments.Length) + random.Below((duration / payments.Length) + 1);
            payments[i] = DrawPayment(card, cents[i], at, random) with { Response = i < approved ? ResponseCode.Approved : random.Of(s_refusals) };
        }
        Scene.Add(payments, LabelSource.Issuer, options.Unpaid.Draw(random));
        Scene.Customers.Close(card, payments[^1].Day);
    }

    /// <summary>Purchases that spend the limit, then some that would exceed it.</summary>
    static List<int> Spend(BustOutOptions options, Xoshiro256 random, out int approved)
    {
        var cents = new List<int>();
        int next, left = options.LimitCents.Draw(random);
        // No purchase is smaller than a cent, so that the limit is spent.
        while ((next = Math.Max(1, options.Cents.Draw(random))) <= left)
        {
            cents.Add(next);
            left -= next;
        }
        approved = cents.Count;
        for (int refusals = 1 + random.Below(MostRefusals); refusals > 0; refusals--) cents.Add(Math.Max(next, options.Cents.Draw(random)));
        return cents;
    }

    CardsPayment DrawPayment(int card, int cents, long at, Xoshiro256 random)
    {
        int home = Scene.Customers.HomeOf(card);
        bool online = random.Chance(.5);
        MerchantGroup group = online ? MerchantGroup.ResoldOnline : random.Chance(.25) ? MerchantGroup.Cash : MerchantGroup.ResoldStore;
        int merchant = Scene.Merchants.Draw(group, home, random);
        return Payment(card, merchant, at, random) with
        {
            Amount = Scene.Merchants.UnitsOf(merchant, cents),
            Device = online ? Scene.Customers.DeviceOf(card, (int)(at / CardsPayment.PerDay)) : 0,
            IpCountry = (sbyte)(online ? home : -1),
        };
    }
}
