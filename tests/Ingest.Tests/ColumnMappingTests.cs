using System.Text;
using System.Text.Json.Nodes;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Ingest.Tests;

public sealed class ColumnMappingTests
{
    [Theory]
    [InlineData("amount", """{ "column": "A", "constant": "1" }""", "amount either a \"column\" or a \"constant\"")]
    [InlineData("amount", "{ }", "amount either a \"column\" or a \"constant\"")]
    [InlineData("amount", """{ "column": "A", "decimals": 7 }""", "amount 7 decimals")]
    [InlineData("amount", """{ "column": "A", "decimal": 2 }""", "decimal")]
    [InlineData("event_time", """{ "column": "T" }""", "event_time either a \"format\"")]
    [InlineData("event_time", """{ "column": "T", "format": "s", "epoch": "seconds" }""", "event_time either a \"format\"")]
    [InlineData("event_time", """{ "column": "T", "epoch": "fortnights" }""", "epoch")]
    [InlineData("label_time", """{ "constant": "2018" }""", "label_time a constant")]
    [InlineData("amonut", """{ "column": "A" }""", "'amonut', which does not exist")]
    [InlineData("amount_sum", """{ "constant": "1" }""", "'amount_sum', which does not exist")]
    public void A_field_that_cannot_be_read_is_named(string field, string mapping, string named)
    {
        var json = Handbook();
        json["fields"]![field] = JsonNode.Parse(mapping);

        var error = Assert.Throws<SourceException>(() => Parse(json));

        Assert.Contains("my.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_required_field_but_the_id_must_be_mapped()
    {
        foreach (var field in FieldName.In(Field.RequiredOfTransaction & ~Field.TransactionId))
        {
            var json = Handbook();
            json["fields"]!.AsObject().Remove(FieldName.Of(field));
            var error = Assert.Throws<SourceException>(() => Parse(json));
            Assert.Contains($"lacks {FieldName.Of(field)}:", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_mapping_that_is_absent_or_no_json_is_named()
    {
        Assert.Contains("nowhere.json", Assert.Throws<SourceException>(() => ColumnMapping.Load("nowhere.json")).Message, StringComparison.Ordinal);
        Assert.Contains("my.json", Assert.Throws<SourceException>(() => ColumnMapping.Parse("{"u8, "my.json")).Message, StringComparison.Ordinal);
        Assert.Contains("my.json", Assert.Throws<SourceException>(() => ColumnMapping.Parse("null"u8, "my.json")).Message, StringComparison.Ordinal);
    }

    static JsonObject Handbook() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "schemas", "mappings", "handbook.json")))!.AsObject();

    static ColumnMapping Parse(JsonObject json) => ColumnMapping.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()), "my.json");
}
