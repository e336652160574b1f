using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class DeadLetterBytesTests
{
    [Fact]
    public void Card_numbers_are_masked_wherever_they_stand()
    {
        Gen.Select(Gen.Int[13, 19], Gen.Int[0, 9], Gen.String[Gen.Char['a', 'z'], 0, 40]).Sample((digits, seed, around) =>
        {
            string number = TestRecords.Pan(digits, seed);
            string masked = Encoding.UTF8.GetString(DeadLetterBytes.MaskAndCut(Encoding.UTF8.GetBytes($"{around} {number} {around}")));
            return masked == $"{around} {new string('*', digits)} {around}";
        });
    }

    [Fact]
    public void Grouped_numbers_are_masked_and_other_numbers_are_kept()
    {
        string number = TestRecords.Pan(16);
        string grouped = string.Join('-', number.Chunk(4).Select(group => new string(group)));
        string wrong = number[..^1] + (char)('0' + ((number[^1] - '0' + 1) % 10));

        Assert.Equal("****-****-****-****", Mask(grouped));
        Assert.Equal(wrong, Mask(wrong));
        Assert.Equal("123456789012", Mask("123456789012"));
    }

    [Fact]
    public void A_record_is_cut_and_a_number_across_the_cut_is_masked_first()
    {
        string number = TestRecords.Pan(16);
        byte[] cut = DeadLetterBytes.MaskAndCut(Encoding.UTF8.GetBytes(new string('x', DeadLetterBytes.MaxBytes - 8) + number + new string('y', 1000)));

        Assert.Equal(DeadLetterBytes.MaxBytes, cut.Length);
        Assert.EndsWith("x********", Encoding.UTF8.GetString(cut), StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_key_a_card_number_becomes_the_same_token_every_time_and_without_one_it_is_rejected()
    {
        var record = TestRecords.Transaction().With("card_token", TestRecords.Pan(16));
        var rules = new DecodeRules { Tokenizer = CardTokenizer.FromBase64(Convert.ToBase64String(SHA256.HashData("a test's key"u8))) };

        Assert.False(TransactionJson.TryDecode(record.Bytes(), TestRecords.Stamp, out _, out var rejection));
        Assert.Equal(RejectionReason.Pan, rejection.Reason);
        Assert.True(TransactionJson.TryDecode(record.Bytes(), TestRecords.Stamp, rules, out var first, out _));
        Assert.True(TransactionJson.TryDecode(record.Bytes(), TestRecords.Stamp, rules, out var second, out _));
        Assert.Equal(first.CardToken, second.CardToken);
        Assert.StartsWith("hmac:", first.CardToken.ToString(), StringComparison.Ordinal);
        Assert.False(first.CardToken.ToString().Contains(TestRecords.Pan(16), StringComparison.Ordinal), "the token holds the number");
    }

    [Fact]
    public void Nested_unknown_fields_are_skipped_whole()
    {
        string json = Encoding.UTF8.GetString(TestRecords.Transaction().Bytes());
        foreach (string unknown in new[] { """{"a":[{},[1,{"b":null}]]}""", "[[],{}]", "{}", "[]", "\"x\"", "1e9", "true" })
        {
            byte[] value = Encoding.UTF8.GetBytes(json.Insert(1, $"\"unknown\":{unknown},"));
            Assert.True(TransactionJson.TryDecode(value, TestRecords.Stamp, out _, out var rejection), $"{unknown}: {rejection.Message}");
        }
    }

    [Fact]
    public void Labels_survive_writing_and_reading() => TestGen.Label.Sample(label =>
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        LabelJson.Write(bytes, label);
        var stamp = new Instant(Math.Max(label.LabelTime.Microseconds, label.EventTime.Microseconds));
        return LabelJson.TryDecode(bytes.WrittenMemory, stamp, out var read, out _) && read == label;
    });

    static string Mask(string text) => Encoding.UTF8.GetString(DeadLetterBytes.MaskAndCut(Encoding.UTF8.GetBytes(text)));
}
