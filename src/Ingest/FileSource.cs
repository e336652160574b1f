using System.IO.Compression;

namespace Vigil.Ingest;

/// <summary>Reads anybody's history from a file: JSON Lines of transactions, or CSV through a <see cref="ColumnMapping"/>.</summary>
public static class FileSource
{
    /// <summary>The file's transactions in the file's order, read as they are asked for.</summary>
    /// <param name="path">Ends in .jsonl, .jsonl.gz, .csv or .csv.gz.</param>
    /// <param name="mapping">Of a CSV file's columns; null for the public benchmark's.</param>
    /// <param name="tokenizer">Of card numbers in the card column; null (the default) makes one an error.</param>
    /// <exception cref="SourceException">
    /// The file or its mapping cannot be used, or (while reading) a row cannot: the message names the line and the column.
    /// </exception>
    public static IEnumerable<LabelledTransaction> Read(string path, ColumnMapping? mapping = null, CardTokenizer? tokenizer = null)
    {
        if (!File.Exists(path)) throw new SourceException($"The file {path} does not exist.");
        string plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        if (plain.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)) return CsvSource.Read(path, mapping, tokenizer);
        if (!plain.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
            throw new SourceException($"The file {path} has an unknown ending; expected is .csv, .csv.gz, .jsonl or .jsonl.gz.");
        return mapping is null ? JsonLinesSource.Read(path, tokenizer) : throw new SourceException($"{path} is JSON Lines and needs no mapping; leave it out.");
    }

    internal static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
