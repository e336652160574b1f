using System.Text.Json;

namespace Vigil.Ingest;

/// <summary>Scores as JSON, by schemas/score.schema.json.</summary>
public static class ScoreJson
{
    /// <summary>Writes a score as a JSON object, without a place where it has none; the caller flushes.</summary>
    public static void Write(Utf8JsonWriter writer, in Score score)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("transaction_id"u8, score.TransactionId.Span);
        writer.WriteString("card_token"u8, score.CardToken.Span);
        if (score.Probability is { } probability) writer.WriteNumber("score"u8, probability);
        if (score.Score1000 is { } score1000) writer.WriteNumber("score_1000"u8, score1000);
        writer.WriteString("decision"u8, CodeName.Of(score.Decision));
        if (score.Reason != ScoreReason.None) writer.WriteString("reason"u8, CodeName.Of(score.Reason));
        if (!score.Topic.IsEmpty)
        {
            writer.WriteString("model_version"u8, score.ModelVersion.Span);
            writer.WriteString("topic"u8, score.Topic.Span);
            writer.WriteNumber("partition"u8, score.Partition);
            writer.WriteNumber("offset"u8, score.Offset);
        }
        writer.WriteEndObject();
    }

    /// <summary>Decodes a record. Fields that it does not know are passed over.</summary>
    /// <param name="json">The record's value; the score's texts are slices of it, or copies where they have escapes.</param>
    /// <exception cref="FormatException">It is no score; the message does not quote it.</exception>
    public static Score Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return ReadObject(json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new FormatException("The record is no score by schemas/score.schema.json."); // the cause's message may quote it
        }
    }

    static Score ReadObject(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        Score score = default;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) score = WithField(score, ref reader, json);
        bool isWhole = score is { TransactionId.IsEmpty: false, CardToken.IsEmpty: false, ModelVersion.IsEmpty: false, Topic.IsEmpty: false }
            && (score.Decision == Decision.Unscored) == (score.Probability is null);
        return isWhole ? score : throw new JsonException();
    }

    static Score WithField(Score score, ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        string name = reader.GetString()!;
        reader.Read();
        switch (name)
        {
            case "transaction_id": return score with { TransactionId = Text(ref reader, json) };
            case "card_token": return score with { CardToken = Text(ref reader, json) };
            case "score": return score with { Probability = reader.GetDouble() };
            case "score_1000": return score with { Score1000 = reader.GetInt32() };
            case "decision": return score with { Decision = CodeName.TryParse(reader.ValueSpan, out Decision decision) ? decision : throw new JsonException() };
            case "reason": return score with { Reason = CodeName.TryParse(reader.ValueSpan, out ScoreReason reason) ? reason : throw new JsonException() };
            case "model_version": return score with { ModelVersion = Text(ref reader, json) };
            case "topic": return score with { Topic = Text(ref reader, json) };
            case "partition": return score with { Partition = reader.GetInt32() };
            case "offset": return score with { Offset = reader.GetInt64() };
            default:
                reader.Skip();
                return score;
        }
    }

    static Utf8Text Text(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json) => reader.ValueIsEscaped
        ? Utf8Text.From(reader.GetString()!)
        : new(json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length));
}
