using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class TransactionJsonTests
{
    static string? ReasonOf(byte[] json) =>
        TransactionJson.TryDecode(json, TestRecords.Stamp, out _, out var rejection) ? null : rejection.Reason;

    static string? ReasonOf(string json) => ReasonOf(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void A_full_record_decodes_to_its_fields()
    {
        var json = TestRecords.Transaction().With("terminal_id", "term").With("response", "declined").With("response_code", "51")
            .With("device_id", "phone").With("ip_country", "NL");
        Assert.True(TransactionJson.TryDecode(json.Bytes(), TestRecords.Stamp, out var transaction, out _));
        Assert.Equal("t-1", transaction.TransactionId.ToString());
        Assert.Equal("card-7", transaction.CardToken.ToString());
        Assert.Equal(TestRecords.Stamp.Microseconds - 1, transaction.EventTime.Microseconds);
        Assert.Equal(5716, transaction.Amount);
        Assert.Equal("EUR", transaction.Currency.ToString());
        Assert.Equal("m-3", transaction.MerchantId.ToString());
        Assert.Equal("term", transaction.TerminalId.ToString());
        Assert.Equal(5999, transaction.Mcc);
        Assert.Equal("BE", transaction.MerchantCountry.ToString());
        Assert.Equal(EntryMode.Chip, transaction.EntryMode);
        Assert.Equal(Response.Declined, transaction.Response);
        Assert.Equal("51", transaction.ResponseCode.ToString());
        Assert.Equal("phone", transaction.DeviceId.ToString());
        Assert.Equal("NL", transaction.IpCountry.ToString());
    }

    [Theory]
    [InlineData("", "empty_value")]
    [InlineData("{", "malformed_json")]
    [InlineData("{\"amount\": NaN}", "malformed_json")]
    [InlineData("{\"amount\": Infinity}", "malformed_json")]
    [InlineData("{'amount': 1}", "malformed_json")]
    [InlineData("{\"amount\": 1,}", "malformed_json")]
    [InlineData("{\"amount\": 01}", "malformed_json")]
    [InlineData("[]", "not_an_object")]
    [InlineData("null", "not_an_object")]
    [InlineData("{} {}", "trailing_data")]
    [InlineData("{}x", "trailing_data")]
    [InlineData("{}", "missing_field")]
    [InlineData("{\"amount\": 1, \"amount\": 1}", "duplicate_field")]
    [InlineData("{\"amount\": 1, \"\\u0061mount\": 1}", "duplicate_field")]
    [InlineData("{\"amount\": \"1\"}", "wrong_type")]
    [InlineData("{\"amount\": 1.5}", "wrong_type")]
    [InlineData("{\"amount\": 1e2}", "wrong_type")]
    [InlineData("{\"amount\": 99999999999999999999}", "wrong_type")]
    [InlineData("{\"amount\": null}", "wrong_type")]
    [InlineData("{\"amount\": true}", "wrong_type")]
    [InlineData("{\"amount\": {}}", "wrong_type")]
    [InlineData("{\"card_token\": 5}", "wrong_type")]
    [InlineData("{\"card_token\": []}", "wrong_type")]
    [InlineData("{\"card_token\": \"\\ud800\"}", "invalid_utf8")]
    public void A_broken_record_has_its_reason(string json, string reason) => Assert.Equal(reason, ReasonOf(json));

    [Theory]
    [InlineData("amount", -1L, "out_of_range")]
    [InlineData("amount", 1_000_000_000_000L, "out_of_range")]
    [InlineData("mcc", 10_000L, "out_of_range")]
    [InlineData("mcc", -1L, "out_of_range")]
    [InlineData("event_time", 631_151_999_999_999L, "time_before_1990")]
    [InlineData("event_time", long.MinValue, "time_before_1990")]
    [InlineData("event_time", long.MaxValue, "time_in_future")]
    [InlineData("currency", "eur", "unknown_code")]
    [InlineData("currency", "EURO", "unknown_code")]
    [InlineData("merchant_country", "B", "unknown_code")]
    [InlineData("merchant_country", "B3", "unknown_code")]
    [InlineData("ip_country", "nl", "unknown_code")]
    [InlineData("entry_mode", "Chip", "unknown_code")]
    [InlineData("entry_mode", "", "unknown_code")]
    [InlineData("response", "maybe", "unknown_code")]
    [InlineData("response_code", "123", "too_long")]
    [InlineData("card_token", "", "empty_field")]
    [InlineData("merchant_id", "", "empty_field")]
    public void A_value_outside_its_field_has_its_reason(string field, object value, string reason) =>
        Assert.Equal(reason, ReasonOf(TestRecords.Transaction().With(field, JsonValue.Create(value)).Bytes()));

    [Fact]
    public void Every_required_field_is_missed_by_name()
    {
        foreach (var field in FieldName.In(Field.RequiredOfTransaction))
        {
            byte[] json = TestRecords.Transaction().Without(FieldName.Of(field)).Bytes();
            Assert.False(TransactionJson.TryDecode(json, TestRecords.Stamp, out _, out var rejection));
            Assert.Equal((RejectionReason.MissingField, $"missing: {FieldName.Of(field)}"), (rejection.Reason, rejection.Message));
        }
    }

    [Fact]
    public void Optional_fields_may_be_null_or_empty()
    {
        var json = TestRecords.Transaction();
        foreach (var field in FieldName.In(Field.OfTransaction & ~Field.RequiredOfTransaction)) json.With(FieldName.Of(field), null);
        Assert.True(TransactionJson.TryDecode(json.Bytes(), TestRecords.Stamp, out var transaction, out _));
        Assert.True(transaction.TerminalId.IsEmpty && transaction.IpCountry.IsEmpty && transaction.Response == Response.Unknown);
    }

    [Fact]
    public void Unknown_fields_are_passed_over_whatever_they_hold()
    {
        var json = TestRecords.Transaction().With("extra", JsonNode.Parse("""{"a":[1,{"amount":2,"b":null},"x"],"amount":"y"}""")).With("label", 1);
        Assert.Null(ReasonOf(json.Bytes()));
    }

    [Fact]
    public void Ids_of_64_bytes_pass_and_of_65_do_not()
    {
        Assert.Null(ReasonOf(TestRecords.Transaction().With("merchant_id", new string('é', 32)).Bytes()));
        Assert.Equal("too_long", ReasonOf(TestRecords.Transaction().With("merchant_id", new string('é', 32) + "x").Bytes()));
    }

    [Fact]
    public void The_future_begins_after_the_clock_skew_behind_the_stamp()
    {
        long limit = (TestRecords.Stamp + DecodeRules.Default.ClockSkew).Microseconds;
        Assert.Null(ReasonOf(TestRecords.Transaction().With("event_time", limit).Bytes()));
        Assert.Equal("time_in_future", ReasonOf(TestRecords.Transaction().With("event_time", limit + 1).Bytes()));
    }

    [Fact]
    public void Invalid_utf8_and_records_over_the_limit_are_refused()
    {
        byte[] json = TestRecords.Transaction().With("device_id", "abc").Bytes();
        json[json.AsSpan().IndexOf("abc"u8)] = 0xFF;
        Assert.Equal("invalid_utf8", ReasonOf(json));
        Assert.Equal("too_large", ReasonOf(new byte[10 << 20]));
        Assert.Equal("malformed_json", ReasonOf(Enumerable.Repeat((byte)'[', 1 << 20).Prepend((byte)':').Prepend((byte)'{').Take(1 << 20).ToArray()));
    }

    [Fact]
    public void A_message_never_quotes_the_record()
    {
        foreach (string secret in new[] { "{\"amount\": secret}", "{\"amount\": 12secret}", "secret", "{\"card_token\": \"x\" secret" })
        {
            Assert.False(TransactionJson.TryDecode(Encoding.UTF8.GetBytes(secret), TestRecords.Stamp, out _, out var rejection));
            Assert.DoesNotContain("secret", rejection.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Escaped_texts_are_unescaped()
    {
        byte[] json = Encoding.UTF8.GetBytes(TestRecords.Transaction().ToJsonString().Replace(
            "card-7", "\\u0063ard\\/\\u00e9\\ud83d\\ude00", StringComparison.Ordinal));
        Assert.True(TransactionJson.TryDecode(json, TestRecords.Stamp, out var transaction, out _));
        Assert.Equal("card/é😀", transaction.CardToken.ToString());
    }

    [Fact]
    public void Decoding_allocates_nothing()
    {
        byte[] json = TestRecords.Transaction().With("terminal_id", "term-0815-and-a-bit-longer").With("note", JsonNode.Parse("""["x",{"y":1}]""")).Bytes();
        for (int i = 0; i < 100; i++) TransactionJson.TryDecode(json, TestRecords.Stamp, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool decoded = true;
        for (int i = 0; i < 1000; i++) decoded &= TransactionJson.TryDecode(json, TestRecords.Stamp, out _, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(decoded);
    }

    [Fact]
    public void What_is_written_decodes_to_the_same() => TestGen.Transaction.Sample(transaction =>
    {
        var output = new ArrayBufferWriter<byte>();
        TransactionJson.Write(output, transaction);
        Assert.True(TransactionJson.TryDecode(output.WrittenMemory, TestRecords.Stamp, out var decoded, out var rejection), rejection.Message);
        Assert.Equal(transaction, decoded);
    });

    [Fact]
    public void Mutated_bytes_never_throw_and_agree_with_a_general_parser() =>
        Gen.Select(TestGen.Transaction, Gen.Int[1, 5], Gen.Byte.Array[5], Gen.Int[0, 10_000].Array[5]).Sample((transaction, count, bytes, places) =>
        {
            var output = new ArrayBufferWriter<byte>();
            TransactionJson.Write(output, transaction);
            byte[] json = output.WrittenSpan.ToArray();
            for (int i = 0; i < count; i++) json[places[i] % json.Length] = bytes[i];
            if (!TransactionJson.TryDecode(json, TestRecords.Stamp, out _, out _)) return;
            using var document = JsonDocument.Parse(json);
            Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
        }, iter: 20_000);
}
