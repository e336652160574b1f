using System.Text;

namespace Vigil.Alerts;

/// <summary>
/// Text as Postgres can keep it: it refuses U+0000 in text and jsonb, and a lone surrogate is no UTF-8. Either becomes U+FFFD, so that
/// no record of the log, whatever it holds, can stop a flush.
/// </summary>
static class StorableText
{
    internal static string From(string text) => IsStorable(text) ? text : Replace(text);

    static bool IsStorable(string text)
    {
        foreach (char letter in text)
            if (letter == '\0' || char.IsSurrogate(letter)) return false;
        return true;
    }

    static string Replace(string text)
    {
        var storable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) storable.Append((rune.Value == 0 ? Rune.ReplacementChar : rune).ToString());
        return storable.ToString();
    }
}
