using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>What the frauds of a <see cref="CardsWorld"/> share: the people, the places, the days to come, and how a fraud becomes known.</summary>
sealed class CardsScene
{
    internal CardsScene(CardsWorldOptions options)
    {
        Options = options;
        Draw = new(options.Seed);
        Merchants = new(options.Merchants, Draw.OfMerchants());
        Customers = new(options, Draw, Merchants);
    }

    internal CardsWorldOptions Options { get; }

    internal CardsDraw Draw { get; }

    internal CardsMerchants Merchants { get; }

    internal CardsCustomers Customers { get; }

    internal CardsCalendar Calendar { get; } = new();

    /// <summary>A payment by somebody else, at a merchant; the rest is for the kind of fraud to say.</summary>
    internal CardsPayment Payment(FraudKind kind, int card, int merchant, long time, Xoshiro256 random) => new()
    {
        Kind = kind,
        Card = card,
        Merchant = merchant,
        Terminal = Merchants.DrawTerminal(merchant, random),
        Time = time,
        EntryMode = Merchants[merchant].IsOnline ? EntryMode.Ecommerce : EntryMode.Chip,
        IpCountry = -1,
    };

    /// <summary>Puts an episode's payments on a card into the calendar, reported together or never.</summary>
    internal void Add(ReadOnlySpan<CardsPayment> ofCard, Xoshiro256 random)
    {
        LabelOptions labels = Options.Labels;
        bool reported = !random.Chance(labels.Unreported);
        double drawn = random.Uniform();
        LabelSource source = drawn < labels.ByAnalyst ? LabelSource.Analyst
            : drawn < labels.ByAnalyst + labels.ByIssuer ? LabelSource.Issuer : LabelSource.Chargeback;
        long delay = source switch
        {
            LabelSource.Analyst => labels.Analyst.Draw(random),
            LabelSource.Issuer => labels.Issuer.Draw(random),
            _ => labels.Chargeback.Draw(random),
        };
        Add(ofCard, reported ? source : null, delay);
    }

    /// <summary>Puts an episode's payments on a card into the calendar, with what is known of their report.</summary>
    /// <param name="ofCard">At least one.</param>
    /// <param name="reportedBy">Null where nobody does.</param>
    /// <param name="delay">From the last payment to the report, in microseconds.</param>
    internal void Add(ReadOnlySpan<CardsPayment> ofCard, LabelSource? reportedBy, long delay)
    {
        long last = 0;
        foreach (ref readonly CardsPayment payment in ofCard) last = Math.Max(last, payment.Time);
        foreach (ref readonly CardsPayment payment in ofCard) Calendar.Add(payment with { ReportedBy = reportedBy, ReportedAt = last + delay });
    }
}
