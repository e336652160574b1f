using System.Globalization;
using System.IO.Compression;
using Vigil.Ingest;

namespace Vigil.Simulator.Tests;

/// <summary>The figures by which a world is compared with the published file.</summary>
sealed class WorldFigures
{
    const int SecondsPerDay = 86_400;

    readonly int[] _scenarios = new int[4];
    readonly List<long> _cents = [];
    readonly List<int> _seconds = [];
    readonly HashSet<int> _customers = [];
    readonly HashSet<int> _terminals = [];

    public static WorldFigures Of(IEnumerable<LabelledTransaction> world)
    {
        var figures = new WorldFigures();
        foreach (LabelledTransaction labelled in world)
        {
            Transaction transaction = labelled.Transaction;
            int second = (int)(transaction.EventTime.Microseconds / Instant.PerSecond % SecondsPerDay);
            figures.Add(Parse(transaction.CardToken), Parse(transaction.TerminalId), second, transaction.Amount, labelled.Scenario);
        }
        return figures;
    }

    public static WorldFigures OfPublishedFile(string path)
    {
        var figures = new WorldFigures();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(',');
            int second = (int)TimeSpan.Parse(fields[1].AsSpan(11), CultureInfo.InvariantCulture).TotalSeconds;
            long cents = (long)(100 * decimal.Parse(fields[4], CultureInfo.InvariantCulture));
            int customer = int.Parse(fields[2], CultureInfo.InvariantCulture), terminal = int.Parse(fields[3], CultureInfo.InvariantCulture);
            figures.Add(customer, terminal, second, cents, byte.Parse(fields[6], CultureInfo.InvariantCulture));
        }
        return figures;
    }

    /// <summary>Names and values, in one order.</summary>
    public IReadOnlyList<(string Name, double Value)> All()
    {
        _cents.Sort();
        _seconds.Sort();
        double total = _cents.Count;
        var all = new List<(string, double)>
        {
            ("transactions", total),
            ("active customers", _customers.Count),
            ("active terminals", _terminals.Count),
            ("fraud share", _scenarios.Skip(1).Sum() / total),
            ("scenario 1 share", _scenarios[1] / total),
            ("scenario 2 share", _scenarios[2] / total),
            ("scenario 3 share", _scenarios[3] / total),
        };
        double[] quantiles = [.05, .25, .5, .75, .95, .99];
        foreach (double quantile in quantiles) all.Add(($"amount, quantile {quantile}", _cents[(int)(quantile * total)] / 100.0));
        foreach (double quantile in quantiles) all.Add(($"second of day, quantile {quantile}", _seconds[(int)(quantile * total)]));
        return all;
    }

    void Add(int customer, int terminal, int second, long cents, int scenario)
    {
        _scenarios[scenario]++;
        _cents.Add(cents);
        _seconds.Add(second);
        _customers.Add(customer);
        _terminals.Add(terminal);
    }

    static int Parse(Utf8Text number) => int.Parse(number.Span, CultureInfo.InvariantCulture);
}
