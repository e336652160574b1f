using System.Text;
using Npgsql;
using Vigil.Ingest;
using Xunit;

namespace Vigil.Tests;

public sealed class BadInputTests(TestPostgres postgres)
{
    static readonly Instant s_stamp = Instant.From(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));

    // Luhn-valid, of no issuer: built here so that no card number stands in the source.
    static readonly string s_cardNumber = new('0', 16);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static string Good(string id) =>
        $$"""{"transaction_id":"{{id}}","card_token":"c1","event_time":{{s_stamp.Microseconds}},"amount":1250"""
        + ""","currency":"EUR","merchant_id":"m1","mcc":5999,"merchant_country":"BE","entry_mode":"chip"}""";

    public static TheoryData<string, byte[]?> Bad => new()
    {
        { "malformed_json", "{\"transaction_id\":"u8.ToArray() },
        { "missing_field", Encoding.UTF8.GetBytes(Good("x").Replace("\"amount\":1250,", "")) },
        { "wrong_type", Encoding.UTF8.GetBytes(Good("x").Replace("1250", "\"1250\"")) },
        { "malformed_json", Encoding.UTF8.GetBytes(Good("x").Replace("1250", "NaN")) },
        { "out_of_range", Encoding.UTF8.GetBytes(Good("x").Replace("1250", "-1")) },
        { "time_in_future", Encoding.UTF8.GetBytes(Good("x").Replace($"{s_stamp.Microseconds}", $"{s_stamp.Microseconds + 3_600_000_000}")) },
        { "time_before_1990", Encoding.UTF8.GetBytes(Good("x").Replace($"{s_stamp.Microseconds}", "0")) },
        { "too_large", Encoding.UTF8.GetBytes(Good("x").Replace("{", "{\"padding\":\"" + new string('x', 2_000_000) + "\",")) },
        { "invalid_utf8", [.. Encoding.UTF8.GetBytes(Good("x").Replace("m1\"", "m\"")[..^1]), .. ",\""u8, 0xFF, 0xFE, .. "\":1}"u8] },
        { "empty_value", [] },
        { "tombstone", null },
        { "pan", Encoding.UTF8.GetBytes(Good("x").Replace("\"m1\"", $"\"{s_cardNumber}\"")) },
    };

    [Fact]
    public async Task Each_bad_record_becomes_one_dead_letter_and_the_records_around_it_are_scored()
    {
        await using var stream = new TestStream(postgres, partitions: 1);
        stream.ProduceRaw(Encoding.UTF8.GetBytes(Good("before")), s_stamp);
        foreach (var row in Bad) stream.ProduceRaw(row.Data.Item2, s_stamp);
        stream.ProduceRaw(Encoding.UTF8.GetBytes(Good("after").Replace("{", "{\"unknown\":[1,{}],")), s_stamp);
        stream.Flush();

        await using var app = await stream.StartAsync();
        await TestStream.UntilAsync(app, Bad.Count + 2, Cancellation);
        using var client = new HttpClient();
        string metrics = await client.GetStringAsync(new Uri($"{app.Urls.First()}/metrics"), Cancellation);
        await app.StopAsync(Cancellation);

        var letters = await ReadAsync(stream);
        Assert.Equal(Bad.Select(row => row.Data.Item1), letters.Select(letter => letter.Reason));
        var counts = await stream.CountAsync();
        Assert.Equal((2L, (long)Bad.Count), (counts.Scored, counts.DeadLetters));
        Assert.All(letters, letter => Assert.False(string.IsNullOrWhiteSpace(letter.Message)));
        Assert.All(letters, letter => Assert.InRange(letter.Raw.Length, 0, 65_536));
        Assert.All(letters, letter => Assert.DoesNotContain(s_cardNumber, Encoding.UTF8.GetString(letter.Raw)));
        Assert.DoesNotContain(s_cardNumber, string.Concat(letters.Select(letter => letter.Message)));
        Assert.Contains("reason=\"pan\"", metrics);
    }

    async Task<List<(string Reason, string Message, byte[] Raw)>> ReadAsync(TestStream stream)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(
            "SELECT reason_code, message, raw FROM dead_letter WHERE stream_id = $1 ORDER BY record_offset", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream.StreamId });
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var letters = new List<(string, string, byte[])>();
        while (await reader.ReadAsync(Cancellation)) letters.Add((reader.GetString(0), reader.GetString(1), (byte[])reader[2]));
        return letters;
    }
}
