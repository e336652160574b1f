using System.IO.Hashing;
using System.Text;

namespace Vigil.Ingest;

/// <summary>
/// An identifier as it came over the wire: a slice of the record's own UTF-8 bytes, so that decoding allocates nothing.
/// It lives as long as the record; whoever keeps it longer calls <see cref="ToString"/> or keeps a hash.
/// </summary>
/// <param name="bytes">Valid UTF-8.</param>
public readonly struct Utf8Text(ReadOnlyMemory<byte> bytes) : IEquatable<Utf8Text>
{
    /// <summary>The UTF-8 bytes; empty where an optional field is absent.</summary>
    public ReadOnlySpan<byte> Span => bytes.Span;

    /// <summary>Whether the field is absent (or the empty string, which the decoders refuse for required fields).</summary>
    public bool IsEmpty => bytes.IsEmpty;

    /// <summary>Copies a string into a new text.</summary>
    public static Utf8Text From(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>A 64-bit hash of the bytes, the same on every machine and in every process (XXH3).</summary>
    public ulong Hash64() => XxHash3.HashToUInt64(Span);

    /// <summary>Such a hash by a seed: for a text that is unique only within what the seed stands for.</summary>
    public ulong Hash64(ulong seed) => XxHash3.HashToUInt64(Span, unchecked((long)seed));

    /// <summary>A 128-bit hash of the bytes, the same on every machine and in every process (XXH128).</summary>
    public UInt128 Hash128() => XxHash128.HashToUInt128(Span);

    /// <inheritdoc/>
    public bool Equals(Utf8Text other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Utf8Text other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)Hash64());

    /// <summary>The text as a new string.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Span);

    /// <summary>Whether both hold the same bytes.</summary>
    public static bool operator ==(Utf8Text left, Utf8Text right) => left.Equals(right);

    /// <summary>Whether the bytes differ.</summary>
    public static bool operator !=(Utf8Text left, Utf8Text right) => !left.Equals(right);
}
