namespace Vigil.Ingest;

/// <summary>
/// Finds card numbers (PANs, ISO/IEC 7812) in text: 13 to 19 digits whose Luhn check digit is right, either in one run or in the groups that
/// cards print, with one space or hyphen between them. JSON's \u00XX escapes count as the characters they stand for, so the
/// same scan serves a decoded field and a raw record. A run inside a hexadecimal word of 32 or more characters is a digest or a UUID, not a card.
/// </summary>
static class Pan
{
    internal const int MinDigits = 13;
    internal const int MaxDigits = 19;
    const int MinDigestLength = 32;
    const int MaxGroups = 5;

    /// <summary>Whether the text holds a card number.</summary>
    internal static bool IsIn(ReadOnlySpan<byte> text) => text.Length >= MinDigits && TryFind(text, 0, out _, out _);

    /// <summary>Whether the text is a card number and nothing else.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> text) =>
        TryFind(text, 0, out int start, out int length) && start == 0 && length == text.Length;

    /// <summary>Finds the first card number at or after a position, which must not lie within a word.</summary>
    /// <param name="text">UTF-8, decoded or raw JSON.</param>
    /// <param name="from">Where to start.</param>
    /// <param name="start">The number's first byte.</param>
    /// <param name="length">Its length in bytes.</param>
    internal static bool TryFind(ReadOnlySpan<byte> text, int from, out int start, out int length)
    {
        Span<Word> groups = stackalloc Word[MaxGroups];
        int groupCount = 0;
        int at = from;
        while (at < text.Length)
        {
            var word = Word.Read(text, at);
            if (word.Length == 0)
            {
                if (!TrySeparator(text, ref at)) groupCount = 0;
                continue;
            }
            if (word.PanLength > 0 && !(word.IsHex && word.Units >= MinDigestLength))
            {
                (start, length) = (word.PanStart, word.PanLength);
                return true;
            }
            at = word.Start + word.Length;
            if (word.Digits != word.Units)
            {
                groupCount = 0;
                continue;
            }
            if (groupCount == MaxGroups) groups[1..].CopyTo(groups);
            else groupCount++;
            groups[groupCount - 1] = word;
            if (TryGroups(text, groups[..groupCount], out start, out length)) return true;
        }
        (start, length) = (0, 0);
        return false;
    }

    /// <summary>Steps over what stands between two words; true where it is one space or hyphen, so that groups may go on.</summary>
    static bool TrySeparator(ReadOnlySpan<byte> text, ref int at)
    {
        int before = at;
        byte unit = Word.ReadUnit(text, ref at);
        if (unit is not ((byte)' ' or (byte)'-') || before == 0 || at == text.Length) return false;
        int next = at;
        return Word.IsDigit(Word.ReadUnit(text, ref next));
    }

    static bool TryGroups(ReadOnlySpan<byte> text, ReadOnlySpan<Word> groups, out int start, out int length)
    {
        for (int first = 0; first < groups.Length - 1; first++)
        {
            var candidate = groups[first..];
            if (!AreCardGroups(candidate)) continue;
            start = candidate[0].Start;
            length = candidate[^1].Start + candidate[^1].Length - start;
            if (PassesLuhn(text.Slice(start, length))) return true;
        }
        (start, length) = (0, 0);
        return false;
    }

    /// <summary>4-4-4-4, 4-4-4-4-1 to 3, 4-4-4-1 to 3, 4-6-5 and 4-6-4: the groups that schemes print.</summary>
    static bool AreCardGroups(ReadOnlySpan<Word> groups)
    {
        if (groups.Length == 3) return groups[0].Digits == 4 && groups[1].Digits == 6 && groups[2].Digits is 4 or 5;
        if (groups.Length is not (4 or 5)) return false;
        foreach (var group in groups[..^1])
            if (group.Digits != 4) return false;
        return groups.Length == 4 ? groups[^1].Digits is >= 1 and <= 4 : groups[^1].Digits is >= 1 and <= 3;
    }

    /// <summary>ISO/IEC 7812-1, annex B: every second digit from the right doubled, the digits' sum divisible by ten.</summary>
    static bool PassesLuhn(ReadOnlySpan<byte> number)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        int count = 0;
        for (int at = 0; at < number.Length;)
        {
            byte unit = Word.ReadUnit(number, ref at);
            if (!Word.IsDigit(unit)) continue;
            if (count == MaxDigits) return false;
            digits[count++] = (byte)(unit - '0');
        }
        int sum = 0;
        bool doubled = false;
        for (int i = count - 1; i >= 0; i--, doubled = !doubled)
        {
            int value = doubled ? digits[i] * 2 : digits[i];
            sum += value > 9 ? value - 9 : value;
        }
        return count >= MinDigits && sum % 10 == 0;
    }

    /// <summary>A maximal run of ASCII letters and digits.</summary>
    struct Word
    {
        internal int Start;
        internal int Length;
        internal int Units;
        internal int Digits;
        internal bool IsHex;
        /// <summary>Its first run of digits that is a card number, in bytes; length 0 where there is none.</summary>
        internal int PanStart;
        internal int PanLength;

        internal static Word Read(ReadOnlySpan<byte> text, int start)
        {
            var word = new Word { Start = start, IsHex = true };
            int at = start, run = 0, runStart = start;
            while (true)
            {
                int before = at;
                byte unit = at < text.Length ? ReadUnit(text, ref at) : (byte)0;
                if (IsDigit(unit))
                {
                    if (run++ == 0) runStart = before;
                    word.Digits++;
                    word.Units++;
                    continue;
                }
                if (run is >= MinDigits and <= MaxDigits && word.PanLength == 0 && PassesLuhn(text[runStart..before]))
                    (word.PanStart, word.PanLength) = (runStart, before - runStart);
                run = 0;
                if ((unit | 0x20) is < 'a' or > 'z')
                {
                    word.Length = before - start;
                    return word;
                }
                word.Units++;
                word.IsHex &= (unit | 0x20) <= 'f';
            }
        }

        internal static bool IsDigit(byte unit) => unit is >= (byte)'0' and <= (byte)'9';

        /// <summary>The character at a position, JSON's \u00XX taken as the character it stands for; moves past it.</summary>
        internal static byte ReadUnit(ReadOnlySpan<byte> text, ref int at)
        {
            byte unit = text[at++];
            if (unit != '\\' || text.Length - at < 5 || text[at] != 'u' || text[at + 1] != '0' || text[at + 2] != '0') return unit;
            if (!byte.TryParse(text.Slice(at + 3, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out byte escaped)) return unit;
            at += 5;
            return escaped;
        }
    }
}
