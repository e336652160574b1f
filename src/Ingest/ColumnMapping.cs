using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Ingest;

/// <summary>Which column of a CSV file is which field of a transaction: the mapping file, such as schemas/mappings/handbook.json.</summary>
public sealed class ColumnMapping
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The mapping of the public benchmark's file, which is used where a file has its columns and no mapping is given.</summary>
    public static ColumnMapping Handbook { get; } = LoadEmbedded("handbook.json");

    /// <summary>What stands between two columns. The default is a comma.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>
    /// By the field's name on the wire (transaction_id, card_token, ..., label, label_time, fraud_scenario). A transaction_id that is not named is the row's
    /// number.
    /// </summary>
    public required IReadOnlyDictionary<string, FieldMapping> Fields { get; init; }

    /// <summary>The file's columns that are left aside. A column that is neither here nor in <see cref="Fields"/> is an error.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Reads a mapping file.</summary>
    /// <exception cref="SourceException">It cannot be read, is no mapping, or lacks a required field; the message names it.</exception>
    public static ColumnMapping Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"The mapping {path} cannot be read: {error.Message}", error);
        }
    }

    internal static ColumnMapping Parse(ReadOnlySpan<byte> json, string path)
    {
        try
        {
            var mapping = JsonSerializer.Deserialize<ColumnMapping>(json, Json) ?? throw new JsonException("it is null");
            mapping.Check(path);
            return mapping;
        }
        catch (JsonException error)
        {
            throw new SourceException($"The mapping {path} is not valid: {error.Message} schemas/mappings/handbook.json is an example.", error);
        }
    }

    internal IEnumerable<(Field Field, FieldMapping Mapping)> Entries() => Fields.Select(entry => (Find(entry.Key), entry.Value));

    static Field Find(string name) => FieldName.Find(System.Text.Encoding.UTF8.GetBytes(name)) & Field.OfLabelledTransaction;

    void Check(string path)
    {
        var found = Field.None;
        foreach (var (name, mapping) in Fields)
        {
            var field = Find(name);
            string known = string.Join(", ", FieldName.In(Field.OfLabelledTransaction).Select(FieldName.Of));
            if (field == Field.None) throw new SourceException($"The mapping {path} names the field '{name}', which does not exist. Fields are: {known}.");
            mapping.Check(path, name, field);
            found |= field;
        }
        var missing = Field.RequiredOfTransaction & ~found & ~Field.TransactionId;
        if (missing != Field.None)
            throw new SourceException(
                $"The mapping {path} lacks {string.Join(", ", FieldName.In(missing).Select(FieldName.Of))}: give each a \"column\" or a \"constant\".");
    }

    static ColumnMapping LoadEmbedded(string name)
    {
        using var stream = typeof(ColumnMapping).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Parse(bytes.ToArray(), name);
    }
}
