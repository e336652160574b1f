namespace Vigil.Simulator.Tests;

/// <summary>
/// The figures of the published file, each with the standard deviation between 25 worlds of different seeds (1 to 25): a world and the
/// file are two draws of one process, so their difference has √2 times that deviation.
/// </summary>
static class PublishedFile
{
    public static readonly IReadOnlyList<(string Name, double Value, double Deviation)> Figures =
    [
        ("transactions", 1_754_155, 14_900),
        ("active customers", 4_990, 2.8),
        ("active terminals", 10_000, .5),
        ("fraud share", 14_681 / 1_754_155.0, .00012),
        ("scenario 1 share", 973 / 1_754_155.0, .0000233),
        ("scenario 2 share", 9_077 / 1_754_155.0, .0000889),
        ("scenario 3 share", 4_631 / 1_754_155.0, .0000763),
        ("amount, quantile 0.05", 6.00, .157),
        ("amount, quantile 0.25", 21.01, .516),
        ("amount, quantile 0.5", 44.64, .652),
        ("amount, quantile 0.75", 76.95, .653),
        ("amount, quantile 0.95", 130.94, .533),
        ("amount, quantile 0.99", 171.59, .561),
        ("second of day, quantile 0.05", 12_742, 28.4),
        ("second of day, quantile 0.25", 30_180, 19.3),
        ("second of day, quantile 0.5", 43_196, 16.3),
        ("second of day, quantile 0.75", 56_206, 24.1),
        ("second of day, quantile 0.95", 73_662, 23.1),
        ("second of day, quantile 0.99", 82_360, 26.8),
    ];

    /// <summary>The file's path, or null where a clone has none beside it.</summary>
    public static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Vigil.slnx"))) continue;
            string file = Path.Combine(folder.FullName, "..", "shared", "data", "handbook.csv.gz");
            return File.Exists(file) ? file : null;
        }
        return null;
    }
}
