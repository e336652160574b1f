using System.Text.Json;

namespace Vigil.Ingest;

/// <summary>Lines of a history file: a transaction's fields, and label, fraud_type, label_time, source and fraud_scenario where they are known.</summary>
public static class LabelledTransactionJson
{
    /// <summary>A file's lines bear no stamp, so their times are only checked against the last moment that can be written.</summary>
    internal static readonly Instant EndOfTime = Instant.From(DateTimeOffset.MaxValue);

    /// <summary>Decodes a line.</summary>
    /// <param name="json">The line; the transaction's texts are slices of it.</param>
    /// <param name="tokenizer">Of card numbers in card_token; null rejects them.</param>
    /// <param name="transaction">The transaction, where the result is true.</param>
    /// <param name="rejection">Why there is none, where the result is false.</param>
    public static bool TryDecode(ReadOnlyMemory<byte> json, CardTokenizer? tokenizer, out LabelledTransaction transaction, out Rejection rejection)
    {
        var fields = new RecordFields(EndOfTime, tokenizer);
        transaction = default;
        return DecodeRules.Default.AdmitsLength(json.Length, out rejection)
            && RecordJson.TryRead(json, Field.OfLabelledTransaction, Field.RequiredOfTransaction, ref fields, out rejection)
            && fields.TryBuild(out transaction, out rejection);
    }

    /// <summary>Writes a line, without its end; the caller flushes.</summary>
    public static void Write(Utf8JsonWriter writer, in LabelledTransaction labelled)
    {
        writer.WriteStartObject();
        TransactionJson.WriteFields(writer, labelled.Transaction);
        if (labelled.Value is { } value) writer.WriteString("label"u8, CodeName.Of(value));
        TransactionJson.WriteOptional(writer, "fraud_type"u8, labelled.FraudType);
        if (labelled.LabelTime is { } time) writer.WriteNumber("label_time"u8, time.Microseconds);
        if (labelled.Source is { } source) writer.WriteString("source"u8, CodeName.Of(source));
        if (labelled.Value is not null) writer.WriteNumber("fraud_scenario"u8, labelled.Scenario);
        writer.WriteEndObject();
    }
}
