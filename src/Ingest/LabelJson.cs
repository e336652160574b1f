using System.Buffers;
using System.Text.Json;

namespace Vigil.Ingest;

/// <summary>Labels as JSON, by schemas/label.schema.json.</summary>
public static class LabelJson
{
    /// <summary>Decodes a record with <see cref="DecodeRules.Default"/>.</summary>
    /// <inheritdoc cref="TryDecode(ReadOnlyMemory{byte}, Instant, DecodeRules, out Label, out Rejection)"/>
    public static bool TryDecode(ReadOnlyMemory<byte> json, Instant stamp, out Label label, out Rejection rejection) =>
        TryDecode(json, stamp, DecodeRules.Default, out label, out rejection);

    /// <summary>Decodes a record. It never throws for what the bytes hold, and allocates only for rejections, escapes and tokens.</summary>
    /// <param name="json">The record's value; the label's texts are slices of it.</param>
    /// <param name="stamp">The record's stamp, against which its times are checked.</param>
    /// <param name="rules">What is allowed.</param>
    /// <param name="label">The label, where the result is true.</param>
    /// <param name="rejection">Why there is none, where the result is false.</param>
    public static bool TryDecode(ReadOnlyMemory<byte> json, Instant stamp, DecodeRules rules, out Label label, out Rejection rejection)
    {
        var fields = new RecordFields(stamp + rules.ClockSkew, rules.Tokenizer);
        label = default;
        return rules.AdmitsLength(json.Length, out rejection)
            && RecordJson.TryRead(json, Field.OfLabel, Field.RequiredOfLabel, ref fields, out rejection)
            && fields.TryBuild(out label, out rejection);
    }

    /// <summary>Writes a label as a JSON object.</summary>
    public static void Write(IBufferWriter<byte> output, in Label label)
    {
        using var writer = new Utf8JsonWriter(output, TransactionJson.WriterOptions);
        Write(writer, label);
    }

    /// <summary>Writes a label as a JSON object; the caller flushes.</summary>
    public static void Write(Utf8JsonWriter writer, in Label label)
    {
        writer.WriteStartObject();
        writer.WriteString("transaction_id"u8, label.TransactionId.Span);
        writer.WriteString("card_token"u8, label.CardToken.Span);
        writer.WriteString("label"u8, CodeName.Of(label.Value));
        TransactionJson.WriteOptional(writer, "fraud_type"u8, label.FraudType);
        writer.WriteNumber("label_time"u8, label.LabelTime.Microseconds);
        writer.WriteString("source"u8, CodeName.Of(label.Source));
        writer.WriteNumber("event_time"u8, label.EventTime.Microseconds);
        writer.WriteString("merchant_id"u8, label.MerchantId.Span);
        TransactionJson.WriteOptional(writer, "terminal_id"u8, label.TerminalId);
        writer.WriteNumber("amount"u8, label.Amount);
        writer.WriteEndObject();
    }
}
