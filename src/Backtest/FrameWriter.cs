namespace Vigil.Backtest;

/// <summary>Appends the rows of a frame to a file, whose format its name tells.</summary>
abstract class FrameWriter(FeatureFrame frame) : IAsyncDisposable
{
    /// <summary>Whose rows are written.</summary>
    protected FeatureFrame Frame { get; } = frame;

    /// <summary>Whether a file may be called so.</summary>
    internal static bool IsName(string path) => IsParquet(path) || IsCsv(path);

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its name; the stream is what is written to.</param>
    /// <param name="stream">Left open.</param>
    /// <param name="frame">Whose rows are written.</param>
    /// <param name="cancellationToken">Ends the wait for the file.</param>
    /// <exception cref="ArgumentException">The name has an unknown ending.</exception>
    internal static async Task<FrameWriter> CreateAsync(string path, Stream stream, FeatureFrame frame, CancellationToken cancellationToken)
    {
        if (!IsName(path)) throw new ArgumentException($"the file is '{path}'; its name must end in .parquet or .csv.gz", nameof(path));
        return IsParquet(path) ? await ParquetFrameWriter.CreateAsync(stream, frame, cancellationToken) : new CsvFrameWriter(stream, frame);
    }

    /// <summary>Appends the frame's rows and clears it.</summary>
    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        await AppendAsync(cancellationToken);
        Frame.Clear();
    }

    protected abstract Task AppendAsync(CancellationToken cancellationToken);

    /// <summary>Ends the file's format; its stream stays open.</summary>
    public abstract ValueTask DisposeAsync();

    static bool IsParquet(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

    static bool IsCsv(string path) => path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase);
}
