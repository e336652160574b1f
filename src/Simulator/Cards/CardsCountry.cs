using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>A country of a <see cref="CardsWorld"/>. Shares, offsets and rates are round numbers of ours: no portfolio stands behind them.</summary>
sealed class CardsCountry
{
    /// <summary>Countries with customers first, then those that are only travelled to and bought from.</summary>
    internal static readonly CardsCountry[] All =
    [
        new("DE", "EUR", 1) { Customers = .26, Hours = 1 },
        new("FR", "EUR", 1) { Customers = .18, Hours = 1 },
        new("GB", "GBP", .86) { Customers = .15, Hours = 0 },
        new("ES", "EUR", 1) { Customers = .11, Hours = 1 },
        new("IT", "EUR", 1) { Customers = .11, Hours = 1 },
        new("NL", "EUR", 1) { Customers = .07, Hours = 1 },
        new("BE", "EUR", 1) { Customers = .05, Hours = 1 },
        new("PL", "PLN", 4.3) { Customers = .04, Hours = 1 },
        new("SE", "SEK", 11.3) { Customers = .03, Hours = 1 },
        new("CH", "CHF", .96) { Abroad = .15, Hours = 1 },
        new("US", "USD", 1.09) { Abroad = .3, Hours = -5, ReadsStripe = true },
        new("TR", "TRY", 34) { Abroad = .15, Hours = 3 },
        new("AE", "AED", 4) { Abroad = .1, Hours = 4 },
        new("TH", "THB", 38) { Abroad = .1, Hours = 7, ReadsStripe = true },
        new("BR", "BRL", 5.5) { Abroad = .1, Hours = -3, ReadsStripe = true },
        new("JP", "JPY", 1.6) { Abroad = .1, Hours = 9 },
    ];

    /// <summary>Rows of <see cref="All"/> whose merchants still read the magnetic stripe.</summary>
    internal static readonly int[] OfTheStripe = [.. Enumerable.Range(0, All.Length).Where(row => All[row].ReadsStripe)];

    /// <summary>For drawing a customer's home.</summary>
    internal static readonly double[] CumulativeCustomers = Sums(country => country.Customers);

    /// <summary>For drawing where a merchant is, and where a trip goes.</summary>
    internal static readonly double[] CumulativeMerchants = Sums(country => country.Customers + (country.Abroad / 4));

    CardsCountry(string code, string currency, double unitsPerCent)
    {
        Code = Country.TryParse(System.Text.Encoding.ASCII.GetBytes(code), out Country country) ? country : throw new FormatException(code);
        Currency = Currency.TryParse(System.Text.Encoding.ASCII.GetBytes(currency), out Currency read) ? read : throw new FormatException(currency);
        UnitsPerCent = unitsPerCent;
    }

    internal Country Code { get; }

    internal Currency Currency { get; }

    /// <summary>Minor units of the currency for a cent of a euro.</summary>
    internal double UnitsPerCent { get; }

    /// <summary>The share of the customers at home here.</summary>
    internal double Customers { get; init; }

    /// <summary>Weight among the countries without customers.</summary>
    internal double Abroad { get; init; }

    /// <summary>Local time ahead of UTC; the world has no daylight saving time.</summary>
    internal int Hours { get; init; }

    /// <summary>Whether its merchants still read the magnetic stripe.</summary>
    internal bool ReadsStripe { get; init; }

    static double[] Sums(Func<CardsCountry, double> weight)
    {
        double sum = 0;
        return [.. All.Select(country => sum += weight(country))];
    }
}
