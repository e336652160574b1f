using System.Text.Json;

namespace Vigil.Ingest;

/// <summary>Merchant activity as JSON, by schemas/merchant-activity.schema.json.</summary>
public static class MerchantActivityJson
{
    /// <summary>Decodes a record. It never throws for what the bytes hold, and allocates only for rejections and escapes.</summary>
    /// <param name="json">The record's value; the activity's texts are slices of it.</param>
    /// <param name="stamp">The record's stamp, against which its time is checked.</param>
    /// <param name="activity">The activity, where the result is true.</param>
    /// <param name="rejection">Why there is none, where the result is false.</param>
    public static bool TryDecode(ReadOnlyMemory<byte> json, Instant stamp, out MerchantActivity activity, out Rejection rejection)
    {
        var rules = DecodeRules.Default;
        var fields = new RecordFields(stamp + rules.ClockSkew, rules.Tokenizer);
        activity = default;
        return rules.AdmitsLength(json.Length, out rejection)
            && RecordJson.TryRead(json, Field.OfMerchantActivity, Field.RequiredOfMerchantActivity, ref fields, out rejection)
            && fields.TryBuild(out activity, out rejection);
    }

    /// <summary>Writes an activity as a JSON object; the caller flushes.</summary>
    public static void Write(Utf8JsonWriter writer, in MerchantActivity activity)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteNumber("partition"u8, activity.Partition);
        writer.WriteNumber("step_start"u8, activity.StepStart.Microseconds);
        writer.WriteString("merchant_id"u8, activity.MerchantId.Span);
        TransactionJson.WriteOptional(writer, "terminal_id"u8, activity.TerminalId);
        writer.WriteNumber("transaction_count"u8, activity.Count);
        writer.WriteNumber("amount_sum"u8, activity.AmountSum);
        writer.WriteEndObject();
    }
}
