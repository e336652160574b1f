namespace Vigil.Ingest;

/// <summary>One card transaction as schemas/transaction.avsc and schemas/transaction.schema.json describe it.</summary>
/// <remarks>Its texts are slices of the record that it was decoded from: see <see cref="Utf8Text"/>.</remarks>
public readonly record struct Transaction
{
    /// <summary>Unique in the stream.</summary>
    public required Utf8Text TransactionId { get; init; }

    /// <summary>Stands for the card; never its number.</summary>
    public required Utf8Text CardToken { get; init; }

    /// <summary>When the cardholder paid, to the microsecond.</summary>
    public required Instant EventTime { get; init; }

    /// <summary>Not negative, in minor units of <see cref="Currency"/> (cents).</summary>
    public required long Amount { get; init; }

    /// <summary>Of the amount.</summary>
    public required Currency Currency { get; init; }

    /// <summary>The merchant.</summary>
    public required Utf8Text MerchantId { get; init; }

    /// <summary>The merchant's terminal; empty where unknown.</summary>
    public Utf8Text TerminalId { get; init; }

    /// <summary>ISO 18245 merchant category code, 0 to 9999.</summary>
    public required ushort Mcc { get; init; }

    /// <summary>Where the merchant is.</summary>
    public required Country MerchantCountry { get; init; }

    /// <summary>How the card was read.</summary>
    public required EntryMode EntryMode { get; init; }

    /// <summary>What the issuer answered.</summary>
    public Response Response { get; init; }

    /// <summary>ISO 8583 data element 39, two characters; empty where unknown.</summary>
    public Utf8Text ResponseCode { get; init; }

    /// <summary>The cardholder's device; empty where unknown.</summary>
    public Utf8Text DeviceId { get; init; }

    /// <summary>Where the cardholder's address on the internet is; empty where unknown.</summary>
    public Country IpCountry { get; init; }
}
