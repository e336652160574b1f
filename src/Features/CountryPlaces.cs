using System.Globalization;

namespace Vigil.Features;

/// <summary>
/// One place for each country, and how far two of them lie apart. The places are the embedded country-places.txt, whose head says where they come from.
/// </summary>
static class CountryPlaces
{
    const double EarthRadiusKm = 6_371.0088; // The mean radius of IUGG: https://doi.org/10.1007/s001900050278

    static readonly (double Latitude, double Longitude)?[] s_places = Read();

    /// <summary>
    /// Kilometres between two countries' places along the great circle, by the haversine formula; 0 where they are one country or either has no place.
    /// </summary>
    /// <param name="from">As <see cref="CategoricalFeatures.Country(Ingest.Country)"/> numbers it.</param>
    /// <param name="to">Likewise.</param>
    internal static double Kilometres(int from, int to)
    {
        if (from == to || s_places[from] is not var (latitude, longitude) || s_places[to] is not var (otherLatitude, otherLongitude)) return 0;
        double north = HalfChord(otherLatitude - latitude), east = HalfChord(otherLongitude - longitude);
        double square = (north * north) + (Math.Cos(latitude) * Math.Cos(otherLatitude) * east * east);
        return 2 * EarthRadiusKm * Math.Asin(Math.Min(1, Math.Sqrt(square)));
    }

    static double HalfChord(double angle) => Math.Sin(angle / 2);

    static (double Latitude, double Longitude)?[] Read()
    {
        using var resource = typeof(CountryPlaces).Assembly.GetManifestResourceStream("country-places.txt")!;
        using var lines = new StreamReader(resource);
        var places = new (double, double)?[FeatureList.Countries];
        while (lines.ReadLine() is string line)
        {
            if (line.StartsWith('#')) continue;
            int longitude = line.LastIndexOfAny(['+', '-']);
            places[CategoricalFeatures.Country(line[0], line[1])] = (Radians(line[3..longitude], 2), Radians(line[longitude..], 3));
        }
        return places;
    }

    /// <summary>A sign, then degrees of so many digits, minutes and perhaps seconds of two digits each.</summary>
    static double Radians(string text, int degreeDigits)
    {
        int degrees = Digits(1, degreeDigits), minutes = Digits(1 + degreeDigits, 2);
        int seconds = text.Length > degreeDigits + 3 ? Digits(degreeDigits + 3, 2) : 0;
        double angle = (degrees + (minutes / 60.0) + (seconds / 3_600.0)) * Math.PI / 180;
        return text[0] == '-' ? -angle : angle;

        int Digits(int start, int length) => int.Parse(text.AsSpan(start, length), CultureInfo.InvariantCulture);
    }
}
