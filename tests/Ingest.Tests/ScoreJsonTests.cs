using System.Text;
using System.Text.Json;
using CsCheck;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class ScoreJsonTests
{
    static readonly Gen<Score> s_scores = Gen.Select(
        Gen.String[1, 20], Gen.Double.Unit, Gen.Bool, Gen.Bool, Gen.Int[0, 99],
        (text, probability, isAlert, isScored, partition) => new Score
        {
            TransactionId = Utf8Text.From($"t{text.Replace("\uFFFD", "", StringComparison.Ordinal)}\"\\\n"),
            CardToken = Utf8Text.From("c"),
            Probability = isScored ? probability : null,
            Score1000 = isScored ? 1 + partition : null,
            Decision = !isScored ? Decision.Unscored : isAlert ? Decision.Alert : Decision.Pass,
            Reason = !isScored ? ScoreReason.Overload : isAlert ? ScoreReason.Fallback : ScoreReason.None,
            ModelVersion = Utf8Text.From("m"),
            Topic = Utf8Text.From("card-transactions"),
            Partition = partition,
            Offset = (long)partition << 40,
        });

    [Fact]
    public void What_is_written_is_read_again_to_the_last_bit() =>
        s_scores
            .Where(score => !score.TransactionId.ToString().Contains('\uFFFD', StringComparison.Ordinal))
            .Sample(score => Assert.Equal(score, ScoreJson.Read(Bytes(score))));

    [Fact]
    public void It_is_what_the_contract_says()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "schemas", "score.schema.json")));
        var properties = schema.RootElement.GetProperty("properties");
        s_scores.Sample(score =>
        {
            using var json = JsonDocument.Parse(Bytes(score));
            Assert.All(json.RootElement.EnumerateObject(), field => Assert.True(properties.TryGetProperty(field.Name, out _), field.Name));
            Assert.All(
                schema.RootElement.GetProperty("required").EnumerateArray(), name => Assert.True(json.RootElement.TryGetProperty(name.GetString()!, out _)));
            foreach (string code in (string[])["decision", "reason"])
            {
                if (!json.RootElement.TryGetProperty(code, out var value)) continue;
                Assert.Contains(value.GetString(), properties.GetProperty(code).GetProperty("enum").EnumerateArray().Select(listed => listed.GetString()));
            }
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"transaction_id\":1}")]
    [InlineData("{\"transaction_id\":\"t\",\"card_token\":\"c\",\"decision\":\"pass\",\"model_version\":\"m\",\"topic\":\"x\",\"partition\":0,\"offset\":0}")]
    [InlineData("{\"transaction_id\":\"t\",\"card_token\":\"c\",\"decision\":\"maybe\",\"model_version\":\"m\",\"topic\":\"x\",\"partition\":0,\"offset\":0}")]
    [InlineData(
        "{\"transaction_id\":\"t\",\"card_token\":\"c\",\"decision\":\"unscored\",\"model_version\":\"m\","
        + "\"topic\":\"x\",\"partition\":99999999999,\"offset\":0}")]
    public void What_is_no_score_is_refused_without_being_quoted(string json)
    {
        var error = Assert.Throws<FormatException>(() => ScoreJson.Read(Encoding.UTF8.GetBytes(json)));
        Assert.DoesNotContain("99999999999", error.Message);
    }

    static byte[] Bytes(in Score score)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, TransactionJson.WriterOptions)) ScoreJson.Write(writer, score);
        return stream.ToArray();
    }
}
