using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Vigil.Alerts;

namespace Vigil;

/// <summary>Dead letters as a terminal shows them. Their bytes are a stranger's: no control character of theirs reaches the terminal.</summary>
static class DeadLetterText
{
    const string Time = "yyyy-MM-dd HH:mm:ss'Z'";
    const int BytesPerLine = 16;

    internal static void WriteList(TextWriter output, IReadOnlyList<(string ReasonCode, long Count)> counts, IReadOnlyList<StoredDeadLetter> letters)
    {
        string byReason = string.Join(", ", counts.Select(count => Invariant($"{count.ReasonCode} {count.Count:N0}")));
        output.WriteLine(Invariant($"dead letters: {counts.Sum(count => count.Count):N0}{(counts.Count > 0 ? $" ({byReason})" : "")}"));
        foreach (var stream in letters.GroupBy(letter => letter.Letter.Partition with { Partition = 0 }))
        {
            output.WriteLine($"{stream.Key.Topic}, stream {stream.Key.StreamId}:");
            foreach (var (letter, committedAt, replay) in stream)
            {
                string place = $"{letter.Partition.Partition}:{letter.Offset}", replayed = replay is null ? "" : "[replayed] ";
                string written = committedAt.ToString(Time, CultureInfo.InvariantCulture);
                output.WriteLine(Invariant($"  {place,-14} {written}  {letter.ReasonCode,-16} {replayed}{Printable(letter.Message)}"));
            }
        }
    }

    internal static void Write(TextWriter output, StoredDeadLetter stored)
    {
        var (letter, committedAt, replay) = stored;
        output.WriteLine(Invariant($"record    {letter.Partition} offset {letter.Offset}, stream {letter.Partition.StreamId}"));
        output.WriteLine(Invariant($"written   {committedAt.ToString(Time, CultureInfo.InvariantCulture)}"));
        output.WriteLine($"reason    {letter.ReasonCode}: {Printable(letter.Message)}");
        output.WriteLine(replay is null ? "replayed  never" : $"replayed  {Describe(replay)}");
        string cut = letter.Raw.Length == DeadLetter.MaxRawBytes ? ", cut here" : "";
        output.WriteLine(Invariant($"bytes     {letter.Raw.Length:N0}, card numbers masked{cut}"));
        if (letter.Raw.Length == 0) return;
        output.WriteLine(Utf8.IsValid(letter.Raw.Span) ? Printable(Encoding.UTF8.GetString(letter.Raw.Span)) : Dump(letter.Raw.Span));
    }

    /// <summary>When and by whom a record was replayed, and what is known of the new one.</summary>
    internal static string Describe(DeadLetterReplay replay)
    {
        string created = replay.NewOffset is null
            ? $"but whether the new record arrived is not known (look for the header {Ingest.RecordReplay.ReplayOfHeader} in the topic)"
            : Invariant($"as {replay.NewPartition}:{replay.NewOffset}");
        string corrected = replay.Corrected ? " corrected" : "", at = replay.At.ToString(Time, CultureInfo.InvariantCulture);
        return Invariant($"was replayed{corrected} by {Printable(replay.By)} at {at}, {created}");
    }

    static string Printable(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (char letter in text)
        {
            bool acts = char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format; // Format: marks that turn the writing's direction
            if (acts && letter is not ('\n' or '\t')) printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
            else printable.Append(letter);
        }
        return printable.ToString();
    }

    static string Dump(ReadOnlySpan<byte> bytes)
    {
        var dump = new StringBuilder();
        for (int start = 0; start < bytes.Length; start += BytesPerLine)
        {
            var line = bytes[start..Math.Min(start + BytesPerLine, bytes.Length)];
            string hex = string.Join(' ', line.ToArray().Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
            dump.Append(CultureInfo.InvariantCulture, $"{start:x6}  {hex,-47}  ");
            foreach (byte value in line) dump.Append(value is >= 0x20 and < 0x7F ? (char)value : '.');
            if (start + BytesPerLine < bytes.Length) dump.AppendLine();
        }
        return dump.ToString();
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
