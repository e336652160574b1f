using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using Vigil.Ingest;

namespace Vigil.Simulator;

/// <summary>Writes a simulated world as JSON Lines.</summary>
public static class WorldFile
{
    const int BufferBytes = 1 << 16;

    /// <summary>Whether a file may be called so: .jsonl, or .jsonl.gz.</summary>
    public static bool IsName(string path) =>
        path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".jsonl.gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes a world to a file: one transaction a line, with its label and its fraud scenario.</summary>
    /// <param name="world">In time order.</param>
    /// <param name="path">Ends in .jsonl, or in .jsonl.gz to be compressed. A file that is there is replaced.</param>
    /// <param name="follow">Whether each line goes to the file at once, for whoever follows it.</param>
    /// <exception cref="ArgumentException">The path has another ending.</exception>
    public static WorldCounts Write(IEnumerable<LabelledTransaction> world, string path, bool follow = false)
    {
        if (!IsName(path)) throw new ArgumentException($"the file is '{path}'; its name must end in .jsonl or .jsonl.gz", nameof(path));
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) return Write(world, file, follow);
        using var output = new GZipStream(file, CompressionLevel.Fastest);
        return Write(world, output, follow);
    }

    static WorldCounts Write(IEnumerable<LabelledTransaction> world, Stream output, bool follow)
    {
        (long transactions, long frauds) = (0, 0);
        var buffer = new ArrayBufferWriter<byte>(2 * BufferBytes);
        using var json = new Utf8JsonWriter(buffer, TransactionJson.WriterOptions);
        foreach (LabelledTransaction labelled in world)
        {
            LabelledTransactionJson.Write(json, labelled);
            json.Flush();
            json.Reset();
            buffer.Write("\n"u8);
            transactions++;
            if (labelled.Value == LabelValue.Fraud) frauds++;
            if (buffer.WrittenCount < BufferBytes && !follow) continue;
            output.Write(buffer.WrittenSpan);
            if (follow) output.Flush();
            buffer.ResetWrittenCount();
        }
        output.Write(buffer.WrittenSpan);
        return new(transactions, frauds);
    }
}

/// <summary>What was written.</summary>
/// <param name="Transactions">Transactions.</param>
/// <param name="Frauds">Frauds among them.</param>
public readonly record struct WorldCounts(long Transactions, long Frauds);
