using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Ingest.Tests;

/// <summary>The contracts in schemas/ say what the decoders do.</summary>
public sealed class SchemaTests
{
    [Theory]
    [InlineData("transaction", (uint)Field.OfTransaction, (uint)Field.RequiredOfTransaction)]
    [InlineData("label", (uint)Field.OfLabel, (uint)Field.RequiredOfLabel)]
    public void Avro_and_JSON_Schema_name_the_decoders_fields(string contract, uint known, uint required)
    {
        string[] names = [.. FieldName.In((Field)known).Select(FieldName.Of).Order()];
        string[] requiredNames = [.. FieldName.In((Field)required).Select(FieldName.Of).Order()];
        using var json = Parse($"{contract}.schema.json");
        using var avro = Parse($"{contract}.avsc");
        var fields = avro.RootElement.GetProperty("fields").EnumerateArray().ToArray();

        Assert.Equal(names, json.RootElement.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order());
        Assert.Equal(requiredNames, json.RootElement.GetProperty("required").EnumerateArray().Select(name => name.GetString()).Order());
        Assert.Equal(names, fields.Select(Name).Order());
        Assert.Equal(requiredNames, fields.Where(field => field.GetProperty("type").ValueKind != JsonValueKind.Array).Select(Name).Order());
    }

    [Theory]
    [InlineData("transaction", "entry_mode", typeof(EntryMode))]
    [InlineData("transaction", "response", typeof(Response))]
    [InlineData("label", "label", typeof(LabelValue))]
    [InlineData("label", "source", typeof(LabelSource))]
    public void JSON_Schema_lists_the_codes(string contract, string field, Type codes)
    {
        var names = Enum.GetNames(codes).Select(name => name.ToLowerInvariant()).Where(name => name != "unknown");
        using var json = Parse($"{contract}.schema.json");

        var listed = json.RootElement.GetProperty("properties").GetProperty(field).GetProperty("enum").EnumerateArray()
            .Where(code => code.ValueKind != JsonValueKind.Null).Select(code => code.GetString()!);

        Assert.Equal(names.Order(), listed.Order());
    }

    [Fact]
    public void JSON_Schemas_bounds_are_the_decoders()
    {
        using var json = Parse("transaction.schema.json");
        foreach (var property in json.RootElement.GetProperty("properties").EnumerateObject())
        {
            if (Bound(property, "minimum") is { } minimum) AssertEdge(property.Name, minimum, minimum - 1);
            if (Bound(property, "maximum") is { } maximum) AssertEdge(property.Name, maximum, maximum + 1);
            if (Bound(property, "maxLength") is { } longest) AssertEdge(property.Name, new string('x', (int)longest), new string('x', (int)longest + 1));
            if (Bound(property, "minLength") is not null) AssertEdge(property.Name, "x", "");
        }
    }

    static long? Bound(JsonProperty property, string name) => property.Value.TryGetProperty(name, out var bound) ? bound.GetInt64() : null;

    static void AssertEdge(string field, JsonNode inside, JsonNode outside)
    {
        Assert.True(TransactionJson.TryDecode(TestRecords.Transaction().With(field, inside).Bytes(), TestRecords.Stamp, out _, out _), $"{field}: {inside}");
        Assert.False(TransactionJson.TryDecode(TestRecords.Transaction().With(field, outside).Bytes(), TestRecords.Stamp, out _, out _), $"{field}: {outside}");
    }

    [Fact]
    public void The_activitys_contract_names_the_decoders_fields_and_bounds()
    {
        using var json = Parse("merchant-activity.schema.json");
        var properties = json.RootElement.GetProperty("properties").EnumerateObject().ToArray();

        Assert.Equal(FieldName.In(Field.OfMerchantActivity).Select(FieldName.Of).Order(), properties.Select(property => property.Name).Order());
        Assert.Equal(
            FieldName.In(Field.RequiredOfMerchantActivity).Select(FieldName.Of).Order(),
            json.RootElement.GetProperty("required").EnumerateArray().Select(name => name.GetString()).Order());
        foreach (var property in properties)
        {
            if (Bound(property, "minimum") is { } minimum) AssertActivityEdge(property.Name, minimum, minimum - 1);
            if (Bound(property, "maximum") is { } maximum) AssertActivityEdge(property.Name, maximum, maximum + 1);
            if (Bound(property, "maxLength") is { } longest)
                AssertActivityEdge(property.Name, new string('x', (int)longest), new string('x', (int)longest + 1));
            if (Bound(property, "minLength") is not null) AssertActivityEdge(property.Name, "x", "");
        }
    }

    static void AssertActivityEdge(string field, JsonNode inside, JsonNode outside)
    {
        Assert.True(Decodes(inside), $"{field}: {inside}");
        Assert.False(Decodes(outside), $"{field}: {outside}");

        bool Decodes(JsonNode value) =>
            MerchantActivityJson.TryDecode(TestRecords.Activity().With(field, value).Bytes(), TestRecords.Stamp, out _, out _);
    }

    [Fact]
    public void The_scores_two_contracts_name_the_same_fields()
    {
        using var json = Parse("score.schema.json");
        using var avro = Parse("score.avsc");

        Assert.Equal(
            avro.RootElement.GetProperty("fields").EnumerateArray().Select(Name).Order(),
            json.RootElement.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order());
    }

    static string? Name(JsonElement field) => field.GetProperty("name").GetString();

    static JsonDocument Parse(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "schemas", file)));
}
