using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using Avro.IO;
using Confluent.SchemaRegistry;
using AvroSchema = Avro.Schema;
using RegisteredSchema = Confluent.SchemaRegistry.Schema;

namespace Vigil.Ingest.Tests;

/// <summary>A schema registered under an id, and its records written as Confluent's serialiser does: a zero byte, the id, the datum.</summary>
sealed class TestAvro(int id, string schema)
{
    readonly RecordSchema _schema = (RecordSchema)AvroSchema.Parse(schema);

    internal int Id => id;

    internal static async Task<TestAvro> RegisterAsync(string address, string schema)
    {
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = address });
        int id = await client.RegisterSchemaAsync($"test-{Guid.NewGuid():N}-value", new RegisteredSchema(schema, SchemaType.Avro));
        return new TestAvro(id, schema);
    }

    /// <summary>The record of a JSON object, its times as the logical type's own.</summary>
    /// <param name="json">A transaction or label.</param>
    /// <param name="change">What differs from it.</param>
    internal byte[] Write(ReadOnlySpan<byte> json, Action<GenericRecord>? change = null)
    {
        var record = new GenericRecord(_schema);
        foreach (var (name, node) in JsonNode.Parse(json)!.AsObject()) record.Add(name, Value(name, node!));
        change?.Invoke(record);
        using var stream = new MemoryStream();
        byte[] header = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), id);
        stream.Write(header);
        new GenericDatumWriter<GenericRecord>(_schema).Write(record, new BinaryEncoder(stream));
        return stream.ToArray();
    }

    static object Value(string name, JsonNode node) => name switch
    {
        "event_time" or "label_time" => new Instant(node.GetValue<long>()).ToDateTimeOffset().UtcDateTime,
        "amount" => node.GetValue<long>(),
        "mcc" => node.GetValue<int>(),
        _ => node.GetValue<string>(),
    };
}
