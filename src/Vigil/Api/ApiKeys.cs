using System.Security.Cryptography;
using System.Text;

namespace Vigil.Api;

/// <summary>
/// The callers' keys, of which only SHA-256 hashes are known here. Keys must be random (32 bytes or so): then a plain hash keeps them.
/// </summary>
sealed class ApiKeys
{
    const string Scheme = "Bearer ";

    readonly (string Name, byte[] Hash)[] _keys;

    /// <exception cref="UserError">A line or a setting is no hash; which, not what it holds, for it may be a key.</exception>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    internal ApiKeys(ApiOptions options)
    {
        _keys = [.. options.Keys.Select(key => (key.Key, HashOf(key.Value, $"Vigil:Api:Keys:{key.Key}"))), .. OfFile(options.KeysFile)];
        if (_keys.Length == 0)
            throw new UserError($"Vigil:Api:KeysFile: {options.KeysFile} holds no key, and so nobody could ask. Expected are lines NAME=SHA256.");
    }

    /// <summary>
    /// The caller's name by the header Authorization, <c>Bearer KEY</c>; null where nobody has that key. How long it takes does not depend on the key.
    /// </summary>
    internal string? CallerOf(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()));
        string? caller = null;
        foreach (var (name, known) in _keys)
            if (CryptographicOperations.FixedTimeEquals(hash, known)) caller = name;
        return caller;
    }

    static IEnumerable<(string, byte[])> OfFile(string? file)
    {
        if (string.IsNullOrEmpty(file)) yield break;
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#')) continue;
            string where = $"Vigil:Api:KeysFile: line {number} of {file}";
            if (line.Split('=', 2) is not [var name, var hash]) throw Bad(where);
            yield return (name.Trim(), HashOf(hash.Trim(), where));
        }
    }

    static byte[] HashOf(string text, string where)
    {
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        return Convert.FromHexString(text, hash, out int consumed, out int written) == System.Buffers.OperationStatus.Done
            && written == hash.Length && consumed == text.Length ? hash : throw Bad(where);
    }

    static UserError Bad(string where) =>
        new($"{where} is no hash of a key. Expected are 64 hexadecimal digits, as printed by: printf %s \"$KEY\" | sha256sum");
}
