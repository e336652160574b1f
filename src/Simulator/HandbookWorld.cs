using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.InteropServices;
using Vigil.Ingest;

namespace Vigil.Simulator;

/// <summary>
/// A world of the process behind the public benchmark of the Fraud Detection Handbook (Le Borgne, Siblini, Lebichot and Bontempi,
/// chapter 3): customers who buy at the terminals near them, and three ways of fraud. docs/simulator.md describes it.
/// </summary>
public sealed class HandbookWorld
{
    static readonly Currency Euro = ReadCurrency("EUR"u8);
    static readonly Country Belgium = ReadCountry("BE"u8);

    readonly HandbookWorldOptions _options;

    /// <summary>A world of the given size; nothing is drawn yet.</summary>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    public HandbookWorld(HandbookWorldOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        _options = options;
    }

    /// <summary>
    /// Every transaction with its label, in time order. The label's arrival is left to the reader's label delay. Card, merchant and
    /// terminal are numbers from 0; the transaction's number counts in time order. Each call draws the same world anew.
    /// </summary>
    public IEnumerable<LabelledTransaction> Transactions()
    {
        SimulatedPayment[] payments = Draw();
        Utf8Text[] numbers = [.. Enumerable.Range(0, Math.Max(_options.Customers, _options.Terminals)).Select(Number)];
        Instant start = Instant.From(_options.Start);
        for (int i = 0; i < payments.Length; i++)
        {
            SimulatedPayment payment = payments[i];
            yield return new(
                new Transaction
                {
                    TransactionId = Number(i),
                    CardToken = numbers[payment.Customer],
                    EventTime = new(start.Microseconds + (payment.Second * Instant.PerSecond)),
                    Amount = payment.Cents,
                    Currency = Euro,
                    MerchantId = numbers[payment.Terminal],
                    TerminalId = numbers[payment.Terminal],
                    Mcc = 5999,
                    MerchantCountry = Belgium,
                    EntryMode = EntryMode.Chip,
                },
                payment.Scenario == 0 ? LabelValue.Genuine : LabelValue.Fraud,
                LabelTime: null,
                payment.Scenario);
        }
    }

    SimulatedPayment[] Draw()
    {
        List<SimulatedPayment> payments = new HandbookCustomers(_options).Draw();
        HandbookFrauds.Mark(payments, _options);
        // Payments of one second keep the order in which they were drawn: the sort is not stable, so the key is unique.
        Span<SimulatedPayment> all = CollectionsMarshal.AsSpan(payments);
        long[] keys = new long[all.Length];
        for (int i = 0; i < keys.Length; i++) keys[i] = ((long)all[i].Second << 32) | (uint)i;
        SimulatedPayment[] sorted = all.ToArray();
        Array.Sort(keys, sorted);
        return sorted;
    }

    static Utf8Text Number(int number) => Utf8Text.From(number.ToString(CultureInfo.InvariantCulture));

    static Currency ReadCurrency(ReadOnlySpan<byte> letters) => Currency.TryParse(letters, out Currency read) ? read : throw new FormatException();

    static Country ReadCountry(ReadOnlySpan<byte> letters) => Country.TryParse(letters, out Country read) ? read : throw new FormatException();
}
