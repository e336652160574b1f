using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>The values of <see cref="FeatureList.Categorical"/>, in its order.</summary>
static class CategoricalFeatures
{
    const long MicrosecondsPerHour = 3_600 * Instant.PerSecond;
    const int EpochHourOfWeek = 72; // 1970-01-01 was a Thursday.

    internal static void Write(in Transaction transaction, Span<int> values)
    {
        values[0] = Mcc(transaction.Mcc);
        values[1] = Country(transaction.MerchantCountry);
        values[2] = (int)transaction.EntryMode;
        values[3] = HourOfWeek(transaction.EventTime);
    }

    /// <summary>
    /// Fibonacci hashing spreads neighbouring codes; a plain remainder would fold the ranges of related trades onto each other.
    /// </summary>
    static int Mcc(ushort code) => (int)(unchecked(code * 2_654_435_769u) >> 23);

    /// <summary>Below <see cref="FeatureList.Countries"/>.</summary>
    internal static int Country(Country country) => country.IsEmpty ? 0 : Country((char)(country.Packed >> 8), (char)(country.Packed & 0xFF));

    internal static int Country(char first, char second) => 1 + (26 * (first - 'A')) + (second - 'A');

    internal static int HourOfWeek(Instant time)
    {
        long hours = Math.DivRem(time.Microseconds, MicrosecondsPerHour, out long rest) - (rest < 0 ? 1 : 0);
        long hour = (hours + EpochHourOfWeek) % FeatureList.HoursPerWeek;
        return (int)(hour < 0 ? hour + FeatureList.HoursPerWeek : hour);
    }
}
