namespace Vigil.Simulator.Cards;

/// <summary>A kind of fraud: how often it begins. What then happens is drawn whole at once, and lies in the calendar.</summary>
abstract class CardsFraud(CardsScene scene, FraudKind kind, FraudOptions options)
{
    const double RateCards = 100_000;

    /// <summary>Whether it happens at all.</summary>
    internal bool IsOn => options.Rate > 0;

    /// <summary>Where it happens.</summary>
    protected CardsScene Scene => scene;

    /// <summary>Lets the day's frauds of the kind begin.</summary>
    internal void Begin(int day)
    {
        if (!IsOn) return;
        int beginnings = scene.Draw.OfFraud(kind, day, 0).Poisson(options.Rate * scene.Customers.Count / RateCards);
        for (int number = 1; number <= beginnings; number++)
        {
            Xoshiro256 random = scene.Draw.OfFraud(kind, day, number);
            Begin((day * CardsPayment.PerDay) + random.Below(CardsPayment.PerDay), random);
        }
    }

    /// <summary>Draws one fraud that begins at a time.</summary>
    protected abstract void Begin(long time, Xoshiro256 random);

    /// <summary>Anybody's card.</summary>
    protected int DrawCard(Xoshiro256 random) => random.Below(scene.Customers.Count);

    /// <summary>A payment of this kind; see <see cref="CardsScene.Payment"/>.</summary>
    protected CardsPayment Payment(int card, int merchant, long time, Xoshiro256 random) => scene.Payment(kind, card, merchant, time, random);
}
