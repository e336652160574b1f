using Vigil.Ingest;
using Vigil.Simulator.Cards;

namespace Vigil.Simulator.Tests;

/// <summary>Small cards worlds, and what tests ask of their transactions.</summary>
static class Cards
{
    public static readonly FraudKind[] Kinds = [.. Enum.GetValues<FraudKind>().Where(kind => kind != FraudKind.None)];

    public static CardsWorldOptions Small { get; } = new() { Seed = 7, Customers = 400, Merchants = 600, Days = 40 };

    /// <summary>A small world in which one kind of fraud is frequent, and no other happens.</summary>
    public static CardsWorldOptions Only(FraudKind kind, double factor = 200) => Small.WithFrauds(new Dictionary<FraudKind, double> { [kind] = factor });

    public static CardsWorldOptions Without(params FraudKind[] kinds) =>
        Small.WithFrauds(Kinds.Except(kinds).ToDictionary(kind => kind, _ => 40.0));

    public static LabelledTransaction[] Draw(CardsWorldOptions options) => [.. new CardsWorld(options).Transactions()];

    public static FraudKind Kind(this LabelledTransaction labelled) => (FraudKind)labelled.Scenario;

    public static string Card(this LabelledTransaction labelled) => labelled.Transaction.CardToken.ToString();

    public static string Merchant(this LabelledTransaction labelled) => labelled.Transaction.MerchantId.ToString();

    public static string Country(this LabelledTransaction labelled) => labelled.Transaction.MerchantCountry.ToString();

    public static Instant Time(this LabelledTransaction labelled) => labelled.Transaction.EventTime;

    public static bool IsDeclined(this LabelledTransaction labelled) => labelled.Transaction.Response == Response.Declined;

    public static bool IsEuro(this LabelledTransaction labelled) => labelled.Transaction.Currency.ToString() == "EUR";

    /// <summary>The transaction but for its number, which counts the frauds too.</summary>
    public static string Content(this LabelledTransaction labelled) =>
        (labelled with { Transaction = labelled.Transaction with { TransactionId = default } }).ToString();

    public static double Share<T>(this IReadOnlyCollection<T> rows, Func<T, bool> isCounted) => rows.Count(isCounted) / (double)rows.Count;

    /// <summary>The frauds of a kind, each episode on a card by itself: what is reported at one moment, or follows within a span.</summary>
    public static IReadOnlyList<LabelledTransaction[]> Episodes(this IEnumerable<LabelledTransaction> world, FraudKind kind, TimeSpan apart)
    {
        var episodes = new List<LabelledTransaction[]>();
        foreach (var ofCard in world.Where(labelled => labelled.Kind() == kind).GroupBy(Card))
        {
            var episode = new List<LabelledTransaction>();
            foreach (LabelledTransaction labelled in ofCard)
            {
                if (episode.Count > 0 && labelled.Time() - episode[^1].Time() > apart)
                {
                    episodes.Add([.. episode]);
                    episode.Clear();
                }
                episode.Add(labelled);
            }
            episodes.Add([.. episode]);
        }
        return episodes;
    }
}
