using Vigil.Ingest;

namespace Vigil.Backtest;

/// <summary>
/// Writes the features of a history to a file, a row a transaction in the order of time: the very values that the live service scores, because they come from
/// the same code (<see cref="FeatureReplay"/>).
/// </summary>
public static class FeatureExport
{
    const int ReportEvery = 10_000;

    /// <summary>Whether a file may be called so: .parquet or .csv.gz.</summary>
    public static bool IsName(string path) => FrameWriter.IsName(path);

    /// <summary>Computes and writes; the file appears under its name when it is whole.</summary>
    /// <exception cref="ArgumentException">The file has another ending than .parquet or .csv.gz.</exception>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">The number of partitions is out of its range.</exception>
    /// <exception cref="SourceException">The history cannot be read; the message says where.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async Task<FeatureExportCounts> RunAsync(
        FeatureExportRequest request, IProgress<FeatureExportCounts>? progress = null, CancellationToken cancellationToken = default)
    {
        var partitions = new ReplayPartitions(request.Partitions);
        var frame = new FeatureFrame(request.RowGroupRows, request.Labels);
        await using var file = new WholeFile(request.Path);
        var counts = new FeatureExportCounts();
        await using (FrameWriter writer = await FrameWriter.CreateAsync(request.Path, file.Stream, frame, cancellationToken))
        {
            foreach (ReplayedTransaction row in FeatureReplay.Read(request.History, request.LabelDelay, request.Window.To, [], partitions))
            {
                counts = counts.After(row, request.Window.Contains(row.EventTime));
                if (request.Window.Contains(row.EventTime)) frame.Add(row);
                if (frame.IsFull) await writer.WriteAsync(cancellationToken);
                if (counts.Read % ReportEvery != 0) continue;
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(counts);
            }
            if (frame.Rows > 0) await writer.WriteAsync(cancellationToken);
        }
        await file.CompleteAsync();
        progress?.Report(counts);
        return counts with { Repeats = partitions.RepeatedTransactions };
    }
}

/// <summary>What to write the features of, and where to.</summary>
public sealed record FeatureExportRequest
{
    /// <summary>In time order, from the first transaction that cards' histories should hold; read once.</summary>
    public required IEnumerable<LabelledTransaction> History { get; init; }

    /// <summary>The file: .parquet or .csv.gz. One that is there is replaced.</summary>
    public required string Path { get; init; }

    /// <summary>From a transaction to its label, where the history does not say when a label arrived.</summary>
    public required TimeSpan LabelDelay { get; init; }

    /// <summary>How many partitions the live topic has, 1 to 100,000. The default value is 1.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>The transactions that get a row; those before are history, those after are not read. The default is all.</summary>
    public TimeWindow Window { get; init; } = new(new(long.MinValue), new(long.MaxValue));

    /// <summary>
    /// Whether a last column says what the transaction turned out to be: 1 fraud, 0 genuine, empty where unknown. The default value is false.
    /// </summary>
    public bool Labels { get; init; }

    /// <summary>Rows that are kept in memory, and of a Parquet row group: 1 or more. The default value is 32,768.</summary>
    public int RowGroupRows { get; init; } = 32_768;
}

/// <summary>How far a <see cref="FeatureExport"/> has come.</summary>
/// <param name="Read">Transactions that were read and have features.</param>
/// <param name="Rows">Those among them that lie in the window.</param>
/// <param name="Reached">The event time of the last.</param>
/// <param name="Repeats">Transactions that repeat another and have no row; known at the end.</param>
public readonly record struct FeatureExportCounts(long Read, long Rows, Instant Reached, long Repeats)
{
    internal FeatureExportCounts After(in ReplayedTransaction row, bool written) =>
        this with { Read = Read + 1, Rows = Rows + (written ? 1 : 0), Reached = row.EventTime };
}
