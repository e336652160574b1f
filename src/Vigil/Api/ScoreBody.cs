using System.Text.Json;
using Vigil.Ingest;

namespace Vigil.Api;

/// <summary>Reads requests: a transaction, or a batch of them, by the same decoder and so the same rules as the stream's.</summary>
/// <param name="decoder">Of the stream.</param>
/// <param name="maxBatch">The most transactions of a batch.</param>
sealed class ScoreBody(RecordDecoder decoder, int maxBatch)
{
    /// <summary>The request's transactions, or what is wrong with it: one that is rejected rejects them all.</summary>
    /// <param name="body">JSON.</param>
    /// <param name="isBatch">Whether it is an array.</param>
    /// <param name="now">Against which its times are checked, as the record's stamp would be.</param>
    /// <param name="problem">Null where nothing is wrong.</param>
    internal List<Transaction> Read(byte[] body, bool isBatch, Instant now, out IResult? problem)
    {
        var transactions = new List<Transaction>();
        var values = isBatch ? Split(body, out problem) : One(body, out problem);
        foreach (byte[] value in values)
        {
            var record = new ConsumedRecord(0, 0, now, now, null, value);
            if (decoder.TryDecode(record, out Transaction transaction, out var rejection))
            {
                transactions.Add(transaction);
                continue;
            }
            problem = ApiProblem.Rejected(rejection, isBatch ? transactions.Count : null);
            break;
        }
        return transactions;
    }

    static List<byte[]> One(byte[] body, out IResult? problem)
    {
        problem = null;
        return [body];
    }

    List<byte[]> Split(byte[] body, out IResult? problem)
    {
        var values = new List<byte[]>();
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            problem = reader.TokenType == JsonTokenType.StartArray ? null : ApiProblem.BadRequest("Expected is an array of transactions.");
            while (problem is null && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                values.Add(body[start..(int)reader.BytesConsumed]);
                if (values.Count > maxBatch) problem = ApiProblem.BadRequest($"A batch has at most {maxBatch} transactions.");
            }
            if (problem is null) reader.Read(); // throws where anything but white space follows
        }
        catch (JsonException error)
        {
            problem = ApiProblem.BadRequest($"The array is no JSON from line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1} on.");
        }
        if (problem is not null) values.Clear();
        return values;
    }
}
