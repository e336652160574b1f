using System.Security.Cryptography;

namespace Vigil.Model;

/// <summary>SHA-256 as the manifests write it.</summary>
static class Digest
{
    internal static string Hex(params ReadOnlySpan<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] part in parts) hash.AppendData(part);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
