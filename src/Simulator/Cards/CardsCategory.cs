namespace Vigil.Simulator.Cards;

/// <summary>What a merchant category is good for, beyond buying.</summary>
[Flags]
enum CategoryUse : byte
{
    None = 0,
    /// <summary>Charges by the month.</summary>
    Subscription = 1,
    /// <summary>Sells what can be sold again.</summary>
    Resold = 2,
    /// <summary>Takes small amounts without delivery, as card testers like it.</summary>
    Tested = 4,
    /// <summary>Hands out cash.</summary>
    Cash = 8,
}

/// <summary>
/// A merchant category code of ISO 18245 with what this world assumes of it. Shares and amounts are round numbers of ours, chosen to be
/// plausible: no portfolio stands behind them.
/// </summary>
/// <param name="Mcc">The code.</param>
/// <param name="Share">Weight among all merchants, and so among payments.</param>
/// <param name="Online">The share of its merchants that sell on the internet.</param>
/// <param name="MedianCents">Median amount in cents of a euro.</param>
/// <param name="Spread">The standard deviation of the amount's natural logarithm.</param>
/// <param name="Use">What else it is good for.</param>
readonly record struct CardsCategory(ushort Mcc, double Share, double Online, double MedianCents, double Spread, CategoryUse Use = CategoryUse.None)
{
    /// <summary>The cash machine, which every country has.</summary>
    internal const int CashMachine = 0;

    internal static readonly CardsCategory[] All =
    [
        new(6011, .045, 0, 100_00, .6, CategoryUse.Cash), // cash machines
        new(5411, .21, .05, 26_00, .75), // grocery stores
        new(5812, .10, 0, 27_00, .6), // restaurants
        new(5814, .11, .1, 10_50, .5), // fast food
        new(5462, .05, 0, 6_20, .5), // bakeries
        new(5541, .05, 0, 45_00, .5), // service stations
        new(5542, .03, 0, 50_00, .5), // automated fuel dispensers
        new(4111, .06, .2, 3_20, .5), // local transport
        new(4112, .015, .6, 24_00, .9), // railways
        new(4121, .025, .6, 15_00, .6), // taxis
        new(5912, .04, .1, 17_00, .7), // drug stores
        new(5310, .03, .05, 15_00, .7), // discount stores
        new(5311, .03, .2, 42_00, .8), // department stores
        new(5651, .03, .4, 46_00, .8), // clothing
        new(5732, .015, .5, 85_00, 1.1, CategoryUse.Resold), // electronics
        new(5944, .005, .3, 110_00, 1, CategoryUse.Resold), // jewellery and watches
        new(5947, .01, .4, 21_00, .7, CategoryUse.Resold), // gifts
        new(5999, .04, .4, 23_00, .9), // miscellaneous shops
        new(5942, .015, .6, 18_00, .6), // books
        new(5200, .02, .15, 40_00, .9), // home supply
        new(5921, .015, .1, 21_00, .6), // beer, wine, spirits
        new(5964, .012, 1, 38_00, .9, CategoryUse.Resold), // catalogue merchants
        new(7230, .015, 0, 34_00, .6), // hairdressers
        new(8062, .004, 0, 60_00, 1), // hospitals
        new(7011, .012, .5, 130_00, .7), // hotels
        new(4511, .008, .95, 170_00, .8, CategoryUse.Resold), // airlines
        new(6051, .004, .9, 80_00, .9, CategoryUse.Resold), // quasi cash
        new(7995, .008, 1, 24_00, 1), // betting
        new(5815, .02, 1, 8_50, .6, CategoryUse.Tested), // books, films, music for download
        new(5816, .02, 1, 11_00, .9, CategoryUse.Tested | CategoryUse.Resold), // games
        new(5818, .02, 1, 13_00, .9, CategoryUse.Tested), // other digital goods
        new(8398, .006, .9, 20_00, .8, CategoryUse.Tested), // charities
        new(4899, .015, 1, 13_00, .4, CategoryUse.Subscription), // cable and streaming
        new(4814, .012, .9, 22_00, .6, CategoryUse.Subscription | CategoryUse.Tested), // telephone
        new(5968, .01, 1, 18_00, .5, CategoryUse.Subscription | CategoryUse.Tested), // subscriptions
        new(7997, .008, .5, 30_00, .5, CategoryUse.Subscription), // clubs
    ];

    /// <summary>For drawing a merchant's category.</summary>
    internal static readonly double[] CumulativeShares = Sums();

    static double[] Sums()
    {
        double sum = 0;
        return [.. All.Select(category => sum += category.Share)];
    }
}
