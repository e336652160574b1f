using System.Text.Json;
using System.Text.Unicode;

namespace Vigil.Ingest;

/// <summary>
/// Reads one JSON object into <see cref="RecordFields"/> (RFC 8259, strictly): known fields once each, others skipped, nothing after it.
/// It allocates only for rejections and for texts with escapes.
/// </summary>
static class RecordJson
{
    /// <summary>Reads an object.</summary>
    /// <param name="json">The record's value.</param>
    /// <param name="known">The fields that are read; every other field is skipped, its texts searched for card numbers.</param>
    /// <param name="required">Those of them that may not be null.</param>
    /// <param name="fields">Receives them.</param>
    /// <param name="rejection">Why the result is false.</param>
    internal static bool TryRead(ReadOnlyMemory<byte> json, Field known, Field required, ref RecordFields fields, out Rejection rejection)
    {
        if (!Utf8.IsValid(json.Span))
        {
            rejection = new(RejectionReason.InvalidUtf8, "the record is no valid UTF-8");
            return false;
        }
        var reader = new Utf8JsonReader(json.Span);
        bool closed = false;
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                rejection = new(RejectionReason.NotAnObject, "the record is JSON, but not an object");
                return false;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                if (!TryReadField(ref reader, json, (known, required), ref fields, out rejection)) return false;
            closed = true;
            reader.Read(); // throws where anything but white space follows
        }
        catch (JsonException error)
        {
            rejection = closed
                ? new(RejectionReason.TrailingData, $"something follows the object at {Place(error)}")
                : new(RejectionReason.MalformedJson, $"no JSON from {Place(error)} on");
            return false;
        }
        rejection = default;
        return true;
    }

    static bool TryReadField(
        ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, (Field Known, Field Required) set, ref RecordFields fields, out Rejection rejection)
    {
        if (!TryText(ref reader, json, out var name, out rejection)) return false;
        var field = FieldName.Find(name.Span) & set.Known;
        if (field == Field.None) return TrySkip(ref reader, name, out rejection);
        if (!fields.TryClaim(field, out rejection)) return false;

        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return TryText(ref reader, json, out var text, out rejection) && fields.TrySet(field, text, out rejection);
            case JsonTokenType.Number when reader.TryGetInt64(out long number):
                return fields.TrySet(field, number, out rejection);
            case JsonTokenType.Null:
                return fields.TrySetNull(field, set.Required, out rejection);
            default:
                rejection = RecordFields.RejectType(field, Found(reader.TokenType));
                return false;
        }
    }

    /// <summary>The reader's name or string as a slice of the record, or as a new array where it has escapes.</summary>
    static bool TryText(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, out ReadOnlyMemory<byte> text, out Rejection rejection)
    {
        rejection = default;
        if (!reader.ValueIsEscaped)
        {
            text = json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            return true;
        }
        byte[] unescaped = new byte[reader.ValueSpan.Length];
        try
        {
            text = unescaped.AsMemory(0, reader.CopyString(unescaped));
            return true;
        }
        catch (InvalidOperationException) // how the reader reports half a surrogate pair
        {
            text = default;
            rejection = new(RejectionReason.InvalidUtf8, "a text's escapes hold half a surrogate pair");
            return false;
        }
    }

    static bool TrySkip(ref Utf8JsonReader reader, ReadOnlyMemory<byte> name, out Rejection rejection)
    {
        bool clean = !Pan.IsIn(name.Span);
        int depth = reader.CurrentDepth;
        do
        {
            reader.Read();
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) clean &= !Pan.IsIn(reader.ValueSpan);
        }
        while (reader.CurrentDepth > depth || reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.StartObject or JsonTokenType.StartArray);
        rejection = clean ? default : RecordFields.RejectPan("a field that is not known here");
        return clean;
    }

    static string Found(JsonTokenType token) => token switch
    {
        JsonTokenType.Number => "a number, but no 64-bit integer",
        JsonTokenType.True or JsonTokenType.False => "a truth value",
        JsonTokenType.StartArray => "an array",
        _ => "an object",
    };

    /// <summary>Where the reader stopped; its own message may quote the record, so it is not passed on.</summary>
    static string Place(JsonException error) => $"line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}";
}
