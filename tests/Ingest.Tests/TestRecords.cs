using System.Text;
using System.Text.Json.Nodes;

namespace Vigil.Ingest.Tests;

/// <summary>Records that tests start from.</summary>
static class TestRecords
{
    internal static readonly Instant Stamp = Instant.From(new DateTimeOffset(2024, 3, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>A Luhn-valid number of the given length that no issuer gave out; built, so that no file holds one.</summary>
    internal static string Pan(int digits, int seed = 7)
    {
        var number = new StringBuilder("9");
        for (int i = 1; i < digits - 1; i++) number.Append((char)('0' + ((seed + (i * 3)) % 10)));
        int sum = 0;
        for (int i = number.Length - 1, doubled = 1; i >= 0; i--, doubled ^= 1)
        {
            int value = (number[i] - '0') << doubled;
            sum += value > 9 ? value - 9 : value;
        }
        return number.Append((char)('0' + ((10 - (sum % 10)) % 10))).ToString();
    }

    internal static JsonObject Transaction() => new()
    {
        ["transaction_id"] = "t-1",
        ["card_token"] = "card-7",
        ["event_time"] = Stamp.Microseconds - 1,
        ["amount"] = 5716,
        ["currency"] = "EUR",
        ["merchant_id"] = "m-3",
        ["mcc"] = 5999,
        ["merchant_country"] = "BE",
        ["entry_mode"] = "chip",
    };

    internal static JsonObject Label() => new()
    {
        ["transaction_id"] = "t-1",
        ["card_token"] = "card-7",
        ["label"] = "fraud",
        ["label_time"] = Stamp.Microseconds,
        ["source"] = "issuer",
        ["event_time"] = Stamp.Microseconds - 1,
        ["merchant_id"] = "m-3",
        ["amount"] = 5716,
    };

    internal static JsonObject Activity() => new()
    {
        ["partition"] = 3,
        ["step_start"] = Stamp.Microseconds - 1,
        ["merchant_id"] = "m-3",
        ["transaction_count"] = 2,
        ["amount_sum"] = 5716,
    };

    internal static JsonObject With(this JsonObject record, string field, JsonNode? value)
    {
        record[field] = value;
        return record;
    }

    internal static JsonObject Without(this JsonObject record, string field)
    {
        record.Remove(field);
        return record;
    }

    internal static byte[] Bytes(this JsonObject record) => Encoding.UTF8.GetBytes(record.ToJsonString());
}
