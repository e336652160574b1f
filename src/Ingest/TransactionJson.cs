using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vigil.Ingest;

/// <summary>Transactions as JSON, by schemas/transaction.schema.json.</summary>
public static class TransactionJson
{
    /// <summary>How records are written: compact, and only what JSON itself demands is escaped.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Decodes a record with <see cref="DecodeRules.Default"/>.</summary>
    /// <inheritdoc cref="TryDecode(ReadOnlyMemory{byte}, Instant, DecodeRules, out Transaction, out Rejection)"/>
    public static bool TryDecode(ReadOnlyMemory<byte> json, Instant stamp, out Transaction transaction, out Rejection rejection) =>
        TryDecode(json, stamp, DecodeRules.Default, out transaction, out rejection);

    /// <summary>Decodes a record. It never throws for what the bytes hold, and allocates only for rejections, escapes and tokens.</summary>
    /// <param name="json">The record's value; the transaction's texts are slices of it.</param>
    /// <param name="stamp">The record's stamp, against which its times are checked.</param>
    /// <param name="rules">What is allowed.</param>
    /// <param name="transaction">The transaction, where the result is true.</param>
    /// <param name="rejection">Why there is none, where the result is false.</param>
    public static bool TryDecode(
        ReadOnlyMemory<byte> json, Instant stamp, DecodeRules rules, out Transaction transaction, out Rejection rejection)
    {
        var fields = new RecordFields(stamp + rules.ClockSkew, rules.Tokenizer);
        transaction = default;
        return rules.AdmitsLength(json.Length, out rejection)
            && RecordJson.TryRead(json, Field.OfTransaction, Field.RequiredOfTransaction, ref fields, out rejection)
            && fields.TryBuild(out transaction, out rejection);
    }

    /// <summary>Writes a transaction as a JSON object.</summary>
    public static void Write(IBufferWriter<byte> output, in Transaction transaction)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        Write(writer, transaction);
    }

    /// <summary>Writes a transaction as a JSON object; the caller flushes.</summary>
    public static void Write(Utf8JsonWriter writer, in Transaction transaction)
    {
        writer.WriteStartObject();
        WriteFields(writer, transaction);
        writer.WriteEndObject();
    }

    internal static void WriteFields(Utf8JsonWriter writer, in Transaction transaction)
    {
        Span<byte> letters = stackalloc byte[sizeof(uint)];
        writer.WriteString("transaction_id"u8, transaction.TransactionId.Span);
        writer.WriteString("card_token"u8, transaction.CardToken.Span);
        writer.WriteNumber("event_time"u8, transaction.EventTime.Microseconds);
        writer.WriteNumber("amount"u8, transaction.Amount);
        writer.WriteString("currency"u8, Letters.Unpack(transaction.Currency.Packed, letters));
        writer.WriteString("merchant_id"u8, transaction.MerchantId.Span);
        WriteOptional(writer, "terminal_id"u8, transaction.TerminalId);
        writer.WriteNumber("mcc"u8, transaction.Mcc);
        writer.WriteString("merchant_country"u8, Letters.Unpack(transaction.MerchantCountry.Packed, letters));
        writer.WriteString("entry_mode"u8, CodeName.Of(transaction.EntryMode));
        if (transaction.Response != Response.Unknown) writer.WriteString("response"u8, CodeName.Of(transaction.Response));
        WriteOptional(writer, "response_code"u8, transaction.ResponseCode);
        WriteOptional(writer, "device_id"u8, transaction.DeviceId);
        if (!transaction.IpCountry.IsEmpty) writer.WriteString("ip_country"u8, Letters.Unpack(transaction.IpCountry.Packed, letters));
    }

    internal static void WriteOptional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Utf8Text text)
    {
        if (!text.IsEmpty) writer.WriteString(name, text.Span);
    }
}
