using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class CardTokenizerTests
{
    static readonly byte[] s_key = SHA256.HashData("a test's key"u8);

    [Fact]
    public void A_token_is_the_numbers_hmac_however_the_number_is_grouped()
    {
        string number = TestRecords.Pan(16);
        string base64 = Convert.ToBase64String(HMACSHA256.HashData(s_key, Encoding.ASCII.GetBytes(number)));
        string expected = "hmac:" + base64.Replace('+', '-').Replace('/', '_').TrimEnd('=');

        Assert.Equal(expected, Tokenize(s_key, number));
        foreach (char separator in " -") Assert.Equal(expected, Tokenize(s_key, string.Join(separator, number.Chunk(4).Select(group => new string(group)))));
    }

    [Fact]
    public void Another_key_or_another_number_has_another_token()
    {
        string[] tokens =
        [
            Tokenize(s_key, TestRecords.Pan(16)), Tokenize(s_key, TestRecords.Pan(16, seed: 3)), Tokenize(s_key, TestRecords.Pan(19)),
            Tokenize(SHA256.HashData(s_key), TestRecords.Pan(16)),
        ];

        Assert.Equal(tokens.Length, tokens.Distinct().Count());
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("c2hvcnQ=")]
    [InlineData("")]
    public void A_key_that_is_short_or_no_base64_is_refused_without_being_quoted(string key)
    {
        var error = Assert.Throws<ArgumentException>(() => CardTokenizer.FromBase64(key));

        if (key.Length > 0) Assert.DoesNotContain(key, error.Message, StringComparison.Ordinal);
        Assert.Contains("openssl rand -base64 32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_number_that_is_the_whole_of_card_token_is_tokenised()
    {
        var rules = new DecodeRules { Tokenizer = new CardTokenizer(s_key) };
        foreach (string field in (string[])["transaction_id", "merchant_id", "terminal_id", "device_id"])
            Assert.Equal(RejectionReason.Pan, ReasonOf(field, TestRecords.Pan(16), rules));
        Assert.Equal(RejectionReason.Pan, ReasonOf("card_token", $"card {TestRecords.Pan(16)}", rules));
        Assert.Null(ReasonOf("card_token", TestRecords.Pan(16), rules));
    }

    static string? ReasonOf(string field, string value, DecodeRules rules) =>
        TransactionJson.TryDecode(TestRecords.Transaction().With(field, value).Bytes(), TestRecords.Stamp, rules, out _, out var rejection)
            ? null : rejection.Reason;

    static string Tokenize(byte[] key, string number) => Encoding.ASCII.GetString(new CardTokenizer(key).Tokenize(Encoding.ASCII.GetBytes(number)).Span);
}
