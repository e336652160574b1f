using System.Globalization;
using Vigil.Ingest;

namespace Vigil.Simulator.Cards;

/// <summary>ISO 8583 data element 39, as far as this world answers it; the value is the code's two digits.</summary>
enum ResponseCode : byte
{
    Approved = 0,
    DoNotHonour = 5,
    InvalidCardNumber = 14,
    LostCard = 41,
    StolenCard = 43,
    InsufficientFunds = 51,
    ExpiredCard = 54,
    WrongPin = 55,
    NotPermitted = 57,
    SuspectedFraud = 59,
    ExceedsAmountLimit = 61,
    RestrictedCard = 62,
    ExceedsCountLimit = 65,
    PinTriesExceeded = 75,
    WrongSecurityCode = 82,
    IssuerUnavailable = 91,
}

/// <summary>The codes as texts, drawn from tables.</summary>
static class ResponseCodes
{
    static readonly Utf8Text[] s_texts =
        [.. Enumerable.Range(0, 100).Select(code => Utf8Text.From(code.ToString("00", CultureInfo.InvariantCulture)))];

    internal static Utf8Text Text(this ResponseCode code) => s_texts[(int)code];

    /// <summary>One of the codes, each as likely.</summary>
    internal static ResponseCode Of(this Xoshiro256 random, ReadOnlySpan<ResponseCode> codes) => codes[random.Below(codes.Length)];
}
