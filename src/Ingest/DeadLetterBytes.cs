namespace Vigil.Ingest;

/// <summary>What of a rejected record may leave this project: its bytes with card numbers masked, cut at 64 KiB.</summary>
public static class DeadLetterBytes
{
    /// <summary>The most that is kept of a record, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>A card number that starts before the cut ends within this many bytes, escaped or not.</summary>
    const int Overlap = 256;

    /// <summary>A copy of a record's bytes, every card number's digits replaced by asterisks, cut at <see cref="MaxBytes"/>.</summary>
    /// <remarks>
    /// Text is masked where the Luhn digit is right; the integer after a name that ends in _time is left alone while it reads as microseconds before 2039.
    /// Binary records (Avro: their first byte is 0) are masked wherever 13 or more digits stand in a row, because a neighbour's length byte may read as a
    /// digit.
    /// </remarks>
    public static byte[] MaskAndCut(ReadOnlySpan<byte> value)
    {
        byte[] bytes = value[..Math.Min(value.Length, MaxBytes + Overlap)].ToArray();
        if (bytes.Length > 0 && bytes[0] == 0) MaskRuns(bytes);
        else MaskNumbers(bytes);
        return bytes.Length <= MaxBytes ? bytes : bytes[..MaxBytes];
    }

    static void MaskNumbers(Span<byte> text)
    {
        for (int at = 0; Pan.TryFind(text, at, out int start, out int length); at = start + length)
            if (!IsTime(text, start, length)) Fill(text.Slice(start, length));
    }

    static void MaskRuns(Span<byte> bytes)
    {
        for (int start = 0; start < bytes.Length; start++)
        {
            int end = start, digits = 0;
            while (end < bytes.Length && (IsDigit(bytes[end]) || (digits > 0 && bytes[end] is (byte)' ' or (byte)'-')))
                if (IsDigit(bytes[end++])) digits++;
            if (digits >= Pan.MinDigits) Fill(bytes[start..end]);
            if (end > start) start = end - 1;
        }
    }

    /// <summary>Spaces and hyphens stay, so that one sees what was there.</summary>
    static void Fill(Span<byte> number)
    {
        foreach (ref byte b in number)
            if (b is not ((byte)' ' or (byte)'-')) b = (byte)'*';
    }

    static bool IsTime(ReadOnlySpan<byte> text, int start, int length)
    {
        var before = text[..start].TrimEnd(" \t\r\n"u8);
        if (!before.EndsWith(":"u8)) return false;
        return before[..^1].TrimEnd(" \t\r\n"u8).EndsWith("_time\""u8)
            && long.TryParse(text.Slice(start, length), out long time) && time < 2_177_452_800_000_000; // 2039-01-01
    }

    static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';
}
