namespace Vigil.Ingest;

/// <summary>A code of a few capital letters, packed into one integer: the base of <see cref="Currency"/> and <see cref="Country"/>.</summary>
static class Letters
{
    internal static bool TryPack(ReadOnlySpan<byte> letters, int length, out uint packed)
    {
        packed = 0;
        if (letters.Length != length) return false;
        foreach (byte letter in letters)
        {
            if (letter is < (byte)'A' or > (byte)'Z') return false;
            packed = (packed << 8) | letter;
        }
        return true;
    }

    /// <summary>The letters as ASCII, into the buffer's end.</summary>
    internal static ReadOnlySpan<byte> Unpack(uint packed, Span<byte> buffer)
    {
        int start = buffer.Length;
        for (; packed != 0; packed >>= 8) buffer[--start] = (byte)packed;
        return buffer[start..];
    }

    internal static string Unpack(uint packed)
    {
        Span<byte> letters = stackalloc byte[sizeof(uint)];
        return System.Text.Encoding.ASCII.GetString(Unpack(packed, letters));
    }
}

/// <summary>An ISO 4217 alphabetic currency code, such as EUR; the shape is checked, not the list, which changes.</summary>
/// <param name="Packed">The three ASCII letters, first letter highest; 0 is no currency.</param>
public readonly record struct Currency(uint Packed)
{
    /// <summary>Reads three capital ASCII letters; false where they are anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Currency currency)
    {
        bool read = Letters.TryPack(utf8, 3, out uint packed);
        currency = new(packed);
        return read;
    }

    /// <summary>The three letters.</summary>
    public override string ToString() => Letters.Unpack(Packed);
}

/// <summary>An ISO 3166-1 alpha-2 country code, such as BE; the shape is checked, not the list, which changes.</summary>
/// <param name="Packed">The two ASCII letters, first letter highest; 0 is no country.</param>
public readonly record struct Country(uint Packed)
{
    /// <summary>Whether the optional field is absent.</summary>
    public bool IsEmpty => Packed == 0;

    /// <summary>Reads two capital ASCII letters; false where they are anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Country country)
    {
        bool read = Letters.TryPack(utf8, 2, out uint packed);
        country = new(packed);
        return read;
    }

    /// <summary>The two letters, or the empty string.</summary>
    public override string ToString() => Letters.Unpack(Packed);
}

/// <summary>How the card's number reached the terminal: the families of ISO 8583 data element 22.</summary>
public enum EntryMode : byte
{
    /// <summary>Chip read by contact.</summary>
    Chip,
    /// <summary>Chip or phone read without contact.</summary>
    Contactless,
    /// <summary>Magnetic stripe.</summary>
    Magstripe,
    /// <summary>Typed by the cardholder in a web shop.</summary>
    Ecommerce,
    /// <summary>Mail order or telephone order.</summary>
    Moto,
    /// <summary>A charge that the merchant repeats by agreement.</summary>
    Recurring,
    /// <summary>Typed by the merchant at the terminal.</summary>
    Manual,
}

/// <summary>What the issuer answered to the authorisation, where the stream says so.</summary>
public enum Response : byte
{
    /// <summary>The record does not say.</summary>
    Unknown,
    /// <summary>Approved.</summary>
    Approved,
    /// <summary>Declined.</summary>
    Declined,
}

/// <summary>What a transaction turned out to be.</summary>
public enum LabelValue : byte
{
    /// <summary>The cardholder's own.</summary>
    Genuine,
    /// <summary>Somebody else's.</summary>
    Fraud,
}

/// <summary>Who says what a transaction turned out to be.</summary>
public enum LabelSource : byte
{
    /// <summary>A chargeback or fraud report from the scheme.</summary>
    Chargeback,
    /// <summary>An analyst's disposition.</summary>
    Analyst,
    /// <summary>The issuer's own finding, or the passing of the reporting period without one.</summary>
    Issuer,
}
