namespace Vigil.Ingest;

/// <summary>What the decoders allow; the same for JSON and Avro.</summary>
public sealed class DecodeRules
{
    /// <summary>The rules where nothing is configured.</summary>
    public static DecodeRules Default { get; } = new();

    /// <summary>The largest value that is looked at, in bytes. The default is 1 MiB.</summary>
    public int MaxRecordBytes { get; init; } = 1 << 20;

    /// <summary>How much later than the record's stamp its times may be. The default is 5 minutes.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Turns a card number in card_token into a token; null (the default) rejects such a record.</summary>
    public CardTokenizer? Tokenizer { get; init; }

    internal bool AdmitsLength(int bytes, out Rejection rejection)
    {
        rejection = bytes == 0 ? new(RejectionReason.EmptyValue, "the record's value is empty")
            : bytes > MaxRecordBytes ? new(RejectionReason.TooLarge, $"the record has {bytes} bytes; at most {MaxRecordBytes} are allowed")
            : default;
        return rejection == default;
    }
}
