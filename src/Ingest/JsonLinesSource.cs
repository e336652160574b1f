namespace Vigil.Ingest;

/// <summary>A history file of one JSON object a line. Empty lines are passed over.</summary>
static class JsonLinesSource
{
    internal static IEnumerable<LabelledTransaction> Read(string path, CardTokenizer? tokenizer)
    {
        using var stream = FileSource.Open(path);
        byte[] buffer = new byte[1 << 16];
        int start = 0, filled = 0;
        long line = 0;
        bool ended = false;
        while (!ended || start < filled)
        {
            int length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n');
            if (length < 0 && !ended)
            {
                Refill(stream, ref buffer, ref start, ref filled, out ended);
                continue;
            }
            if (length < 0) length = filled - start;
            line++;
            // A copy, because the transaction's texts are slices of it and outlive the buffer.
            byte[] json = buffer.AsSpan(start, length).Trim(" \t\r"u8).ToArray();
            start = Math.Min(start + length + 1, filled);
            if (json.Length > 0) yield return Decode(json, path, line, tokenizer);
        }
    }

    static LabelledTransaction Decode(byte[] json, string path, long line, CardTokenizer? tokenizer) =>
        LabelledTransactionJson.TryDecode(json, tokenizer, out var transaction, out var rejection)
            ? transaction
            : throw SourceException.At(path, line, $"{rejection.Message} ({rejection.Reason})");

    static void Refill(Stream stream, ref byte[] buffer, ref int start, ref int filled, out bool ended)
    {
        buffer.AsSpan(start, filled - start).CopyTo(buffer);
        filled -= start;
        start = 0;
        if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        int read = stream.Read(buffer, filled, buffer.Length - filled);
        filled += read;
        ended = read == 0;
    }
}
