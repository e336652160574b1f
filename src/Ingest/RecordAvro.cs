using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using Confluent.SchemaRegistry;
using AvroSchema = Avro.Schema;
using RegisteredSchema = Confluent.SchemaRegistry.Schema;

namespace Vigil.Ingest;

/// <summary>
/// Reads Avro in Confluent's wire format (a zero byte, the writer schema's id in four bytes, big-endian, then the datum) into <see cref="RecordFields"/>. The
/// writer's schema comes from the registry, once, and is resolved against ours by Avro's rules: fields that are not known here are skipped. Thread-safe.
/// </summary>
/// <remarks>https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format</remarks>
sealed class RecordAvro : IDisposable
{
    const int HeaderBytes = 5;
    /// <summary>The registry's own code for an id that it does not have; any other 404 comes from an address at which there is no registry.</summary>
    const int SchemaNotFound = 40403;

    readonly AvroSchema _transaction = Load("transaction.avsc");
    readonly AvroSchema _label = Load("label.avsc");
    readonly ConcurrentDictionary<(int Id, AvroSchema Reader), GenericDatumReader<GenericRecord>?> _readers = [];
    readonly CachedSchemaRegistryClient _registry;
    readonly string _address;

    internal RecordAvro(IngestOptions options, string address)
    {
        _address = address;
        _registry = new CachedSchemaRegistryClient(options.SchemaRegistry.Append(new("schema.registry.url", address)));
    }

    internal bool TryReadTransaction(byte[] value, ref RecordFields fields, out Rejection rejection) =>
        TryRead(value, _transaction, Field.RequiredOfTransaction, ref fields, out rejection);

    internal bool TryReadLabel(byte[] value, ref RecordFields fields, out Rejection rejection) =>
        TryRead(value, _label, Field.RequiredOfLabel, ref fields, out rejection);

    public void Dispose() => _registry.Dispose();

    bool TryRead(byte[] value, AvroSchema schema, Field required, ref RecordFields fields, out Rejection rejection)
    {
        rejection = default;
        if (value.Length < HeaderBytes || value[0] != 0)
        {
            rejection = new(RejectionReason.MalformedAvro, "the record does not begin with a zero byte and a schema's id");
            return false;
        }
        int id = BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1));
        if (!TryFindReader(id, schema, out var reader))
        {
            rejection = new(RejectionReason.UnknownSchema, $"the registry has no Avro schema {id}, or it cannot be read as {schema.Name}");
            return false;
        }
        if (!TryDecode(reader, value, out var record, out string? reason))
        {
            rejection = new(reason, $"the record is no datum of its schema {id}");
            return false;
        }
        foreach (var field in ((RecordSchema)schema).Fields)
            if (!TrySet(FieldName.Find(Encoding.UTF8.GetBytes(field.Name)), record[field.Name], required, ref fields, out rejection)) return false;
        return true;
    }

    static bool TrySet(Field field, object? value, Field required, ref RecordFields fields, out Rejection rejection) =>
        fields.TryClaim(field, out rejection) && value switch
        {
            null => fields.TrySetNull(field, required, out rejection),
            string text => fields.TrySet(field, Encoding.UTF8.GetBytes(text), out rejection),
            int number => fields.TrySet(field, number, out rejection),
            long number => fields.TrySet(field, number, out rejection),
            _ => throw new InvalidOperationException($"Our own Avro schema has a {value.GetType().Name} in {FieldName.Of(field)}."),
        };

    /// <summary>The datum; its reason where the bytes are none of the schema, or more than one.</summary>
    static bool TryDecode(
        GenericDatumReader<GenericRecord> reader, byte[] value, [NotNullWhen(true)] out GenericRecord? record, [NotNullWhen(false)] out string? reason)
    {
        (record, reason) = (null, RejectionReason.MalformedAvro);
        using var stream = new MemoryStream(value, 0, value.Length, writable: false, publiclyVisible: true) { Position = HeaderBytes };
        try
        {
            record = reader.Read(null!, new AvroValueDecoder(stream));
        }
        catch (DecoderFallbackException)
        {
            reason = RejectionReason.InvalidUtf8;
        }
        catch (Exception error) when (error is AvroException or IOException or ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            return false;
        }
        return record is not null && stream.Position == stream.Length;
    }

    /// <summary>
    /// The reader of what a registered schema writes; null is kept where Avro cannot resolve it. Nothing is kept of an id that the registry does not have: it
    /// may learn of it later, and ids made up by a writer must not pile up.
    /// </summary>
    /// <exception cref="KafkaUnreachableException">The registry does not answer.</exception>
    bool TryFindReader(int id, AvroSchema schema, [NotNullWhen(true)] out GenericDatumReader<GenericRecord>? reader)
    {
        if (!_readers.TryGetValue((id, schema), out reader) && TryAsk(id, out var registered))
            reader = _readers.GetOrAdd((id, schema), NewReader(registered, schema));
        return reader is not null;
    }

    bool TryAsk(int id, [NotNullWhen(true)] out RegisteredSchema? registered)
    {
        registered = null;
        try
        {
            registered = _registry.GetSchemaAsync(id).GetAwaiter().GetResult();
            return true;
        }
        catch (SchemaRegistryException error) when (error.ErrorCode == SchemaNotFound)
        {
            return false;
        }
        catch (Exception error) when (error is SchemaRegistryException or HttpRequestException or TaskCanceledException)
        {
            throw new KafkaUnreachableException($"The schema registry at {_address} does not answer for schema {id}: {error.Message}", error);
        }
    }

    static GenericDatumReader<GenericRecord>? NewReader(RegisteredSchema registered, AvroSchema schema)
    {
        try
        {
            return registered.SchemaType == SchemaType.Avro ? new(Parse(registered.SchemaString), schema) : null;
        }
        catch (Exception error) when (error is AvroException or JsonException)
        {
            return null;
        }
    }

    static AvroSchema Load(string name)
    {
        using var stream = typeof(RecordAvro).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in {typeof(RecordAvro).Assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>
    /// A schema without its logical types, which by Avro's rules never decide whether data can be read: a time is its integer and a UUID its text. The library
    /// would refuse a plain long for a timestamp, and wrap around times that its own type cannot hold.
    /// </summary>
    static AvroSchema Parse(string schema)
    {
        var json = JsonNode.Parse(schema)!;
        RemoveLogicalTypes(json);
        return AvroSchema.Parse(json.ToJsonString());
    }

    static void RemoveLogicalTypes(JsonNode? json)
    {
        if (json is JsonArray array)
            foreach (var item in array) RemoveLogicalTypes(item);
        if (json is not JsonObject described) return;
        if (described["type"] is JsonValue) described.Remove("logicalType");
        foreach (var (_, value) in described) RemoveLogicalTypes(value);
    }
}
