using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// A card acceptor (ISO 8583's word): a merchant, or one of a merchant's terminals, whose ids need be unique within the merchant only. By a 64-bit hash:
/// among a million acceptors two share one with odds of 1 in 37 million.
/// </summary>
/// <param name="Hash">The merchant's id, or with the merchant's hash as seed the terminal's.</param>
readonly record struct AcceptorKey(ulong Hash)
{
    internal static AcceptorKey Of(Utf8Text merchant) => new(merchant.Hash64());

    internal static AcceptorKey Of(AcceptorKey merchant, Utf8Text terminal) => new(terminal.Hash64(merchant.Hash));
}
