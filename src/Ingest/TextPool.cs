using System.IO.Hashing;

namespace Vigil.Ingest;

/// <summary>Keeps one copy of each text of a column, since cards and merchants come again; ids of transactions do not and are not kept.</summary>
sealed class TextPool
{
    const int MaxTexts = 1 << 20;
    readonly Dictionary<ulong, byte[]> _texts = [];

    internal ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> text, Field field)
    {
        if (field == Field.TransactionId) return text.ToArray();
        ulong hash = XxHash3.HashToUInt64(text);
        if (_texts.TryGetValue(hash, out byte[]? kept) && text.SequenceEqual(kept)) return kept;
        byte[] copy = text.ToArray();
        if (kept is null && _texts.Count < MaxTexts) _texts.Add(hash, copy);
        return copy;
    }
}
