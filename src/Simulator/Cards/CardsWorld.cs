using System.ComponentModel.DataAnnotations;
using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>
/// A world of our own: customers with habits, merchants of many categories and countries, and seven kinds of fraud that public sources
/// describe. docs/simulator.md says which. Its numbers are ours and prove nothing about a real portfolio.
/// </summary>
public sealed class CardsWorld
{
    readonly CardsWorldOptions _options;

    /// <summary>A world of the given size; nothing is drawn yet.</summary>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    public CardsWorld(CardsWorldOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        _options = options;
    }

    /// <summary>
    /// Every transaction with its label, in time order, drawn day by day: memory is bounded by the customers and merchants, not by the days. A
    /// reported fraud bears the time, source and type of its report; the label of all else, genuine, is left to the reader's label delay. The
    /// scenario is the <see cref="FraudKind"/>, also of a fraud that nobody reports. Each call draws the same world anew.
    /// </summary>
    public IEnumerable<LabelledTransaction> Transactions()
    {
        var scene = new CardsScene(_options);
        var records = new CardsRecords(scene);
        var day = new CardsDay(scene);
        var start = Instant.From(_options.Start);
        for (int drawn = 0; drawn < _options.Days; drawn++)
        {
            day.Draw(drawn);
            for (int i = 0; i < day.Count; i++)
            {
                CardsPayment payment = day[i];
                if (records.TimeOf(payment.Time) >= start) yield return records.Next(payment);
            }
        }
    }
}
