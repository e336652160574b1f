using System.Buffers.Binary;
using Avro;
using Avro.Generic;
using Avro.IO;
using Confluent.SchemaRegistry;
using CsCheck;
using Vigil.Tests.Support;
using Xunit;
using AvroSchema = Avro.Schema;
using RegisteredSchema = Confluent.SchemaRegistry.Schema;

[assembly: AssemblyFixture(typeof(RealRegistry))]

namespace Vigil.Ingest.Tests;

public sealed class RecordAvroTests(RealRegistry registry)
{
    const string Timestamp = """
        {
                "type": "long",
                "logicalType": "timestamp-micros"
              }
        """;

    static readonly string s_transaction = File.ReadAllText(Path.Combine(Repository.Root, "schemas", "transaction.avsc"));
    static readonly string s_label = File.ReadAllText(Path.Combine(Repository.Root, "schemas", "label.avsc"));

    [Fact]
    public async Task A_registered_transaction_reads_like_its_json()
    {
        using var decoder = await DecoderAsync();
        byte[] value = await WriteAsync(s_transaction, Fill);

        Assert.True(decoder.TryDecode(Record(value), out Transaction transaction, out var rejection), rejection.Message);

        Assert.True(TransactionJson.TryDecode(TestRecords.Transaction().Bytes(), TestRecords.Stamp, out var expected, out _));
        Assert.Equal(expected, transaction);
    }

    [Fact]
    public async Task A_registered_label_reads_like_its_json()
    {
        using var decoder = await DecoderAsync();
        byte[] value = await WriteAsync(s_label, record =>
        {
            foreach (var (name, node) in TestRecords.Label()) Add(record, name, node!);
        });

        Assert.True(decoder.TryDecode(Record(value), out Label label, out var rejection), rejection.Message);

        Assert.True(LabelJson.TryDecode(TestRecords.Label().Bytes(), TestRecords.Stamp, out var expected, out _));
        Assert.Equal(expected, label);
    }

    [Fact]
    public async Task A_writers_extra_field_is_skipped()
    {
        using var decoder = await DecoderAsync();
        string wider = s_transaction.Replace("\"fields\": [", "\"fields\": [{\"name\": \"loyalty\", \"type\": \"string\", \"default\": \"\"},", StringComparison.Ordinal);
        byte[] value = await WriteAsync(wider, record =>
        {
            record.Add("loyalty", "gold");
            Fill(record);
        });

        Assert.True(decoder.TryDecode(Record(value), out Transaction transaction, out var rejection), rejection.Message);
        Assert.Equal("t-1", transaction.TransactionId.ToString());
    }

    [Fact]
    public async Task Bytes_that_are_no_registered_datum_are_rejected_with_their_reason()
    {
        using var decoder = await DecoderAsync();
        byte[] value = await WriteAsync(s_transaction, Fill);
        byte[] unknown = [.. value];
        BinaryPrimitives.WriteInt32BigEndian(unknown.AsSpan(1), 999_999);

        Assert.Equal(RejectionReason.MalformedAvro, Reject(decoder, "{}"u8.ToArray()));
        Assert.Equal(RejectionReason.MalformedAvro, Reject(decoder, value[..^3]));
        Assert.Equal(RejectionReason.MalformedAvro, Reject(decoder, [.. value, 0]));
        Assert.Equal(RejectionReason.UnknownSchema, Reject(decoder, unknown));
        Assert.Equal(RejectionReason.EmptyValue, Reject(decoder, []));
    }

    [Fact]
    public async Task The_same_checks_hold_as_for_json()
    {
        using var decoder = await DecoderAsync();
        async Task<string> WithAsync(string field, object? value) => Reject(decoder, await WriteAsync(s_transaction, record =>
        {
            Fill(record);
            record.Add(field, value);
        }));

        Assert.Equal(RejectionReason.OutOfRange, await WithAsync("amount", -1L));
        Assert.Equal(RejectionReason.UnknownCode, await WithAsync("currency", "euro"));
        Assert.Equal(RejectionReason.Pan, await WithAsync("merchant_id", TestRecords.Pan(16)));
        Assert.Equal(RejectionReason.TimeInFuture, await WithAsync("event_time", (TestRecords.Stamp + TimeSpan.FromHours(1)).ToDateTimeOffset().UtcDateTime));
    }

    [Fact]
    public async Task Logical_types_of_a_writer_do_not_matter()
    {
        using var decoder = await DecoderAsync();
        string plain = s_transaction.Replace(Timestamp, "\"long\"", StringComparison.Ordinal).Replace(
            "\"name\": \"transaction_id\",\n      \"type\": \"string\"", "\"name\": \"transaction_id\", \"type\": {\"type\": \"string\", \"logicalType\": \"uuid\"}", StringComparison.Ordinal);
        var id = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");
        async Task<ConsumedRecord> WithTimeAsync(long time) => Record(await WriteAsync(plain, record =>
        {
            Fill(record);
            record.Add("transaction_id", id);
            record.Add("event_time", time);
        }));

        Assert.True(decoder.TryDecode(await WithTimeAsync(TestRecords.Stamp.Microseconds), out Transaction transaction, out var rejection), rejection.Message);
        Assert.Equal((id.ToString(), TestRecords.Stamp), (transaction.TransactionId.ToString(), transaction.EventTime));
        Assert.False(decoder.TryDecode(await WithTimeAsync(long.MaxValue), out Transaction _, out rejection));
        Assert.Equal(RejectionReason.TimeInFuture, rejection.Reason);
        Assert.False(decoder.TryDecode(await WithTimeAsync(long.MinValue), out Transaction _, out rejection));
        Assert.Equal(RejectionReason.TimeBefore1990, rejection.Reason);
    }

    [Fact]
    public async Task Whatever_the_bytes_say_nothing_is_thrown_and_no_length_is_believed()
    {
        using var decoder = await DecoderAsync();
        byte[] value = await WriteAsync(s_transaction, Fill);
        long before = GC.GetTotalAllocatedBytes();
        Gen.Select(Gen.Int[5, value.Length - 1], Gen.Byte.Array[1, 11]).Sample((place, bytes) =>
        {
            byte[] mutated = [.. value];
            for (int i = 0; i < bytes.Length && place + i < mutated.Length; i++) mutated[place + i] = bytes[i];
            if (!decoder.TryDecode(Record(mutated), out Transaction _, out var rejection)) Assert.NotEqual("", rejection.Reason);
        }, iter: 2000, threads: 1);
        byte[] greedy = [.. value.AsSpan(0, 5), 0xFE, 0xFF, 0xFF, 0xFF, 0x07, .. value.AsSpan(6)]; // a transaction_id of a gigabyte

        Assert.Equal(RejectionReason.MalformedAvro, Reject(decoder, greedy));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 500_000_000);
    }

    [Fact]
    public async Task A_text_that_is_no_utf8_is_rejected_as_in_json()
    {
        using var decoder = await DecoderAsync();
        byte[] value = await WriteAsync(s_transaction, Fill);
        value[value.AsSpan().IndexOf("card-7"u8)] = 0xFF;

        Assert.Equal(RejectionReason.InvalidUtf8, Reject(decoder, value));
    }

    [Fact]
    public void A_registry_that_does_not_answer_is_an_error_and_no_rejection()
    {
        using var decoder = new RecordDecoder(new IngestOptions { SchemaRegistryUrl = "http://127.0.0.1:1" });

        var error = Assert.Throws<KafkaUnreachableException>(() => decoder.TryDecode(Record([0, 0, 0, 0, 1, 2]), out Transaction _, out _));
        Assert.Contains("127.0.0.1:1", error.Message, StringComparison.Ordinal);
    }

    static string Reject(RecordDecoder decoder, byte[] value)
    {
        Assert.False(decoder.TryDecode(Record(value), out Transaction _, out var rejection));
        Assert.NotEqual("", rejection.Message);
        return rejection.Reason;
    }

    static ConsumedRecord Record(byte[] value) => new(0, 0, TestRecords.Stamp, TestRecords.Stamp, null, value);

    static void Fill(GenericRecord record)
    {
        foreach (var (name, node) in TestRecords.Transaction()) Add(record, name, node!);
    }

    static void Add(GenericRecord record, string name, System.Text.Json.Nodes.JsonNode node) => record.Add(name, name switch
    {
        "event_time" or "label_time" => new Instant(node.GetValue<long>()).ToDateTimeOffset().UtcDateTime,
        "amount" => (long)node.GetValue<int>(),
        "mcc" => node.GetValue<int>(),
        _ => node.GetValue<string>(),
    });

    async Task<RecordDecoder> DecoderAsync() => new(new IngestOptions { SchemaRegistryUrl = await registry.AddressAsync() });

    /// <summary>Writes a record as Confluent's serialiser does: registers the schema, then a zero byte, its id and the datum.</summary>
    async Task<byte[]> WriteAsync(string schema, Action<GenericRecord> fill)
    {
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = await registry.AddressAsync() });
        int id = await client.RegisterSchemaAsync($"test-{Guid.NewGuid():N}-value", new RegisteredSchema(schema, SchemaType.Avro));
        var parsed = (RecordSchema)AvroSchema.Parse(schema);
        var record = new GenericRecord(parsed);
        fill(record);
        using var stream = new MemoryStream();
        byte[] header = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), id);
        stream.Write(header);
        new GenericDatumWriter<GenericRecord>(parsed).Write(record, new BinaryEncoder(stream));
        return stream.ToArray();
    }
}
