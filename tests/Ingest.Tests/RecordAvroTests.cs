using System.Buffers;
using System.Buffers.Binary;
using CsCheck;
using Vigil.Tests.Support;
using Xunit;

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
    const string PlainId = """
        "name": "transaction_id",
              "type": "string"
        """;
    const string UuidId = """
        "name": "transaction_id", "type": {"type": "string", "logicalType": "uuid"}
        """;

    static readonly string s_transaction = File.ReadAllText(Path.Combine(Repository.Root, "schemas", "transaction.avsc"));
    static readonly string s_label = File.ReadAllText(Path.Combine(Repository.Root, "schemas", "label.avsc"));

    [Fact]
    public async Task Every_registered_transaction_reads_like_its_json()
    {
        using var decoder = await DecoderAsync();
        var schema = await RegisterAsync(s_transaction);

        TestGen.Transaction.Sample(transaction =>
        {
            var json = new ArrayBufferWriter<byte>();
            TransactionJson.Write(json, transaction);
            Assert.True(decoder.TryDecode(Record(schema.Write(json.WrittenSpan)), out Transaction read, out var rejection), rejection.Message);
            Assert.Equal(transaction, read);
        }, iter: 300, threads: 1);
    }

    [Fact]
    public async Task Every_registered_label_reads_like_its_json()
    {
        using var decoder = await DecoderAsync();
        var schema = await RegisterAsync(s_label);

        TestGen.Label.Sample(label =>
        {
            var json = new ArrayBufferWriter<byte>();
            LabelJson.Write(json, label);
            Assert.True(decoder.TryDecode(Record(schema.Write(json.WrittenSpan)), out Label read, out var rejection), rejection.Message);
            Assert.Equal(label, read);
        }, iter: 300, threads: 1);
    }

    [Fact]
    public async Task A_writers_extra_field_is_skipped()
    {
        const string Fields = "\"fields\": [";
        using var decoder = await DecoderAsync();
        string extra = Fields + "{\"name\": \"loyalty\", \"type\": \"string\", \"default\": \"\"},";
        var wider = await RegisterAsync(s_transaction.Replace(Fields, extra, StringComparison.Ordinal));
        byte[] value = wider.Write(TestRecords.Transaction().Bytes(), record => record.Add("loyalty", "gold"));

        Assert.True(decoder.TryDecode(Record(value), out Transaction transaction, out var rejection), rejection.Message);
        Assert.Equal("t-1", transaction.TransactionId.ToString());
    }

    [Fact]
    public async Task Bytes_that_are_no_registered_datum_are_rejected_with_their_reason()
    {
        using var decoder = await DecoderAsync();
        byte[] value = await WriteAsync();

        Assert.Equal(RejectionReason.MalformedAvro, Reject(decoder, "{}"u8.ToArray()));
        Assert.Equal(RejectionReason.MalformedAvro, Reject(decoder, value[..^3]));
        Assert.Equal(RejectionReason.MalformedAvro, Reject(decoder, [.. value, 0]));
        Assert.Equal(RejectionReason.UnknownSchema, Reject(decoder, WithId(value, 999_999)));
        Assert.Equal(RejectionReason.EmptyValue, Reject(decoder, []));
    }

    [Fact]
    public async Task A_schema_that_the_registry_learns_of_late_is_read_from_then_on()
    {
        using var decoder = await DecoderAsync();
        var before = await RegisterAsync(Redescribed());
        byte[] value = WithId(before.Write(TestRecords.Transaction().Bytes()), before.Id + 1);
        Assert.Equal(RejectionReason.UnknownSchema, Reject(decoder, value));

        var after = await RegisterAsync(Redescribed());

        Assert.Equal(before.Id + 1, after.Id); // the registry counts
        Assert.True(decoder.TryDecode(Record(value), out Transaction _, out var rejection), rejection.Message);
    }

    [Fact]
    public async Task A_schema_of_something_else_is_none_that_can_be_read()
    {
        using var decoder = await DecoderAsync();
        byte[] value = (await RegisterAsync(s_label)).Write(TestRecords.Label().Bytes());

        Assert.Equal(RejectionReason.UnknownSchema, Reject(decoder, value));
    }

    [Fact]
    public async Task The_same_checks_hold_as_for_json()
    {
        using var decoder = await DecoderAsync();
        var schema = await RegisterAsync(s_transaction);
        string With(string field, object? value) =>
            Reject(decoder, schema.Write(TestRecords.Transaction().Bytes(), record => record.Add(field, value)));

        Assert.Equal(RejectionReason.OutOfRange, With("amount", -1L));
        Assert.Equal(RejectionReason.UnknownCode, With("currency", "euro"));
        Assert.Equal(RejectionReason.Pan, With("merchant_id", TestRecords.Pan(16)));
        Assert.Equal(RejectionReason.Pan, With("device_id", $"phone {TestRecords.Pan(19)}"));
        Assert.Equal(RejectionReason.TooLong, With("terminal_id", new string('x', 65)));
        Assert.Equal(RejectionReason.TimeInFuture, With("event_time", (TestRecords.Stamp + TimeSpan.FromHours(1)).ToDateTimeOffset().UtcDateTime));
    }

    [Fact]
    public async Task Logical_types_of_a_writer_do_not_matter()
    {
        using var decoder = await DecoderAsync();
        var id = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");
        string changed = s_transaction.Replace(Timestamp, "\"long\"", StringComparison.Ordinal).Replace(PlainId, UuidId, StringComparison.Ordinal);
        var plain = await RegisterAsync(changed);
        ConsumedRecord WithTime(long time) => Record(plain.Write(TestRecords.Transaction().Bytes(), record =>
        {
            record.Add("transaction_id", id);
            record.Add("event_time", time);
        }));

        Assert.True(decoder.TryDecode(WithTime(TestRecords.Stamp.Microseconds), out Transaction transaction, out var rejection), rejection.Message);
        Assert.Equal((id.ToString(), TestRecords.Stamp), (transaction.TransactionId.ToString(), transaction.EventTime));
        Assert.False(decoder.TryDecode(WithTime(long.MaxValue), out Transaction _, out rejection));
        Assert.Equal(RejectionReason.TimeInFuture, rejection.Reason);
        Assert.False(decoder.TryDecode(WithTime(long.MinValue), out Transaction _, out rejection));
        Assert.Equal(RejectionReason.TimeBefore1990, rejection.Reason);
    }

    [Fact]
    public async Task Whatever_the_bytes_say_nothing_is_thrown_and_no_length_is_believed()
    {
        using var decoder = await DecoderAsync();
        byte[] value = await WriteAsync();
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
        byte[] value = await WriteAsync();
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

    [Fact]
    public async Task An_address_at_which_there_is_no_registry_is_an_error_and_no_rejection()
    {
        using var decoder = new RecordDecoder(new IngestOptions { SchemaRegistryUrl = $"{await registry.AddressAsync()}/elsewhere" });

        var error = Assert.Throws<KafkaUnreachableException>(() => decoder.TryDecode(Record([0, 0, 0, 0, 1, 2]), out Transaction _, out _));
        Assert.Contains("/elsewhere", error.Message, StringComparison.Ordinal);
    }

    static string Reject(RecordDecoder decoder, byte[] value)
    {
        Assert.False(decoder.TryDecode(Record(value), out Transaction _, out var rejection));
        Assert.NotEqual("", rejection.Message);
        return rejection.Reason;
    }

    static ConsumedRecord Record(byte[] value) => new(0, 0, TestRecords.Stamp, TestRecords.Stamp, null, value);

    static byte[] WithId(byte[] value, int id)
    {
        byte[] changed = [.. value];
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(1), id);
        return changed;
    }

    /// <summary>The transaction's schema with a description that no other has, so that it gets an id of its own.</summary>
    static string Redescribed() => s_transaction.Replace("One card transaction", $"Transaction {Guid.NewGuid()}", StringComparison.Ordinal);

    async Task<RecordDecoder> DecoderAsync() => new(new IngestOptions { SchemaRegistryUrl = await registry.AddressAsync() });

    async Task<TestAvro> RegisterAsync(string schema) => await TestAvro.RegisterAsync(await registry.AddressAsync(), schema);

    async Task<byte[]> WriteAsync() => (await RegisterAsync(s_transaction)).Write(TestRecords.Transaction().Bytes());
}
