using System.Text.Json;
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
