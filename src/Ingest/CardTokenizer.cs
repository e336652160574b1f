using System.Buffers.Text;
using System.Security.Cryptography;

namespace Vigil.Ingest;

/// <summary>Turns a card number into a token that only the holder of the key can link to it: HMAC-SHA-256 of its digits.</summary>
public sealed class CardTokenizer
{
    /// <summary>The shortest key that is taken, in bytes.</summary>
    public const int MinKeyBytes = 32;

    readonly byte[] _key;

    /// <summary>A tokenizer with a secret key.</summary>
    /// <exception cref="ArgumentException">The key is shorter than <see cref="MinKeyBytes"/>.</exception>
    public CardTokenizer(ReadOnlySpan<byte> key)
    {
        if (key.Length < MinKeyBytes)
            throw new ArgumentException(
                $"The card token key has {key.Length} bytes; at least {MinKeyBytes} are needed. Make one with: openssl rand -base64 32", nameof(key));
        _key = key.ToArray();
    }

    /// <summary>A tokenizer with a key in Base64, as it stands in a file or an environment variable.</summary>
    /// <exception cref="ArgumentException">The text is no Base64, or its key is too short.</exception>
    public static CardTokenizer FromBase64(string key)
    {
        byte[] bytes = new byte[key.Length + 3];
        if (!Convert.TryFromBase64String(key.Trim(), bytes, out int length))
            throw new ArgumentException("The card token key is not Base64. Make one with: openssl rand -base64 32", nameof(key));
        return new CardTokenizer(bytes.AsSpan(0, length));
    }

    /// <summary>The token of a card number; spaces and hyphens between its digits do not change it.</summary>
    /// <returns>"hmac:" and 43 characters of Base64url.</returns>
    internal ReadOnlyMemory<byte> Tokenize(ReadOnlySpan<byte> pan)
    {
        Span<byte> digits = stackalloc byte[Pan.MaxDigits];
        int count = 0;
        foreach (byte b in pan)
            if (b is >= (byte)'0' and <= (byte)'9') digits[count++] = b;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, digits[..count], hash);

        byte[] token = new byte[5 + Base64Url.GetEncodedLength(hash.Length)];
        "hmac:"u8.CopyTo(token);
        Base64Url.EncodeToUtf8(hash, token.AsSpan(5));
        return token;
    }
}
