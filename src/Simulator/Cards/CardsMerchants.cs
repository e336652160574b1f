namespace Vigil.Simulator.Cards;

/// <summary>The merchants of a <see cref="CardsWorld"/>: which there are, how one is chosen, and what it charges.</summary>
sealed class CardsMerchants
{
    const int MostTerminals = 4;
    const int MaxCents = 20_000_00;
    const double GoldenRatio = 0.6180339887498949;

    /// <summary>Category and whether it is on the internet, of the merchants that every country has, so that no group is empty.</summary>
    static readonly (ushort Mcc, bool Online)[] s_everywhere =
        [(6011, false), (5411, false), (5732, false), (5812, false), (5816, true), (5815, true), (5964, true), (4899, true)];

    readonly CardsMerchant[] _merchants;
    readonly int[][][] _ofGroup; // by group, then country

    internal CardsMerchants(int count, Xoshiro256 random)
    {
        _merchants = new CardsMerchant[count];
        int[] drawn = new int[CardsCountry.All.Length];
        for (int merchant = 0; merchant < count; merchant++)
        {
            bool fixedOne = merchant < CardsCountry.All.Length * s_everywhere.Length;
            int country = fixedOne ? merchant / s_everywhere.Length : random.Pick(CardsCountry.CumulativeMerchants);
            // The golden ratio spreads the categories evenly over the few merchants that many pay at and the many that few do.
            double share = drawn[country]++ * GoldenRatio % 1;
            int category = fixedOne ? RowOf(s_everywhere[merchant % s_everywhere.Length].Mcc) : Xoshiro256.RowAt(CardsCategory.CumulativeShares, share);
            bool online = fixedOne ? s_everywhere[merchant % s_everywhere.Length].Online : random.Chance(CardsCategory.All[category].Online);
            int terminals = online ? 0 : category == CardsCategory.CashMachine ? 1 : 1 + random.Below(MostTerminals);
            _merchants[merchant] = new((byte)country, (byte)category, (byte)terminals, Terminals);
            Terminals += terminals;
        }
        _ofGroup = [.. Enum.GetValues<MerchantGroup>().Select(Group)];
    }

    /// <summary>Terminals of all merchants together.</summary>
    internal int Terminals { get; }

    internal CardsMerchant this[int merchant] => _merchants[merchant];

    internal CardsCategory CategoryOf(int merchant) => CardsCategory.All[_merchants[merchant].Category];

    /// <summary>A merchant of a group in a country, the popular ones more often.</summary>
    internal int Draw(MerchantGroup group, int country, Xoshiro256 random)
    {
        int[] merchants = _ofGroup[(int)group][country];
        return merchants[random.Skewed(merchants.Length)];
    }

    /// <summary>A merchant of a group, most often in the given country, else anywhere.</summary>
    internal int DrawMostlyIn(MerchantGroup group, int country, Xoshiro256 random) =>
        Draw(group, random.Chance(.8) ? country : random.Pick(CardsCountry.CumulativeMerchants), random);

    /// <summary>One of a merchant's terminals; -1 on the internet.</summary>
    internal int DrawTerminal(int merchant, Xoshiro256 random)
    {
        CardsMerchant drawn = _merchants[merchant];
        return drawn.IsOnline ? -1 : drawn.FirstTerminal + random.Below(drawn.Terminals);
    }

    /// <summary>Cents of a euro that are usual at the merchant, times a factor.</summary>
    internal int DrawCents(int merchant, double factor, Xoshiro256 random)
    {
        CardsCategory category = CategoryOf(merchant);
        double cents = Math.Clamp(random.LogNormal(category.MedianCents * factor, category.Spread), 50, MaxCents);
        return category.Use == CategoryUse.Cash ? (int)Math.Max(1, Math.Round(cents / 10_00)) * 10_00 : (int)Math.Round(cents);
    }

    /// <summary>Cents of a euro in minor units of the merchant's currency.</summary>
    internal int UnitsOf(int merchant, int cents) => (int)Math.Round(cents * CardsCountry.All[_merchants[merchant].Country].UnitsPerCent);

    int[][] Group(MerchantGroup group)
    {
        List<int>[] found = [.. CardsCountry.All.Select(_ => new List<int>())];
        // From the last, so that the merchants that every country has are not the most popular.
        for (int merchant = _merchants.Length - 1; merchant >= 0; merchant--)
        {
            if (_merchants[merchant].Is(group)) found[_merchants[merchant].Country].Add(merchant);
        }
        return [.. found.Select(merchants => merchants.ToArray())];
    }

    static int RowOf(ushort mcc) => Array.FindIndex(CardsCategory.All, category => category.Mcc == mcc);
}
