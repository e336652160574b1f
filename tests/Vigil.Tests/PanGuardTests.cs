using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Vigil.Ingest;
using Xunit;

namespace Vigil.Tests;

/// <summary>Card numbers are planted wherever a record can hold one, and then looked for in everything that comes out.</summary>
public sealed class PanGuardTests(TestPostgres postgres) : IDisposable
{
    const int MagicLength = 8, ChecksumLength = 16;

    readonly List<string> _planted = [];
    readonly string _snapshots = Directory.CreateTempSubdirectory("vigil-pan-").FullName;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static JsonObject Transaction => new()
    {
        ["transaction_id"] = "t1",
        ["card_token"] = "c1",
        ["event_time"] = ServedBroker.Stamp.Microseconds,
        ["amount"] = 1250,
        ["currency"] = "EUR",
        ["merchant_id"] = "m1",
        ["mcc"] = 5999,
        ["merchant_country"] = "BE",
        ["entry_mode"] = "chip",
        ["terminal_id"] = "e1",
        ["response"] = "approved",
        ["response_code"] = "00",
        ["device_id"] = "d1",
        ["ip_country"] = "BE",
    };

    static JsonObject Label => new()
    {
        ["transaction_id"] = "t1",
        ["card_token"] = "c1",
        ["label"] = "fraud",
        ["fraud_type"] = "NPFT",
        ["label_time"] = ServedBroker.Stamp.Microseconds,
        ["source"] = "issuer",
        ["event_time"] = ServedBroker.Stamp.Microseconds,
        ["merchant_id"] = "m1",
        ["terminal_id"] = "e1",
        ["amount"] = 1250,
    };

    [Fact]
    public async Task No_planted_card_number_comes_out_anywhere()
    {
        await using var served = await ServedBroker.CreateAsync(postgres);
        byte[][] records = [.. Records(Transaction)];
        served.Produce(served.Kafka.LabelsTopic, Encoding.UTF8.GetBytes(Plant()), Records(Label));
        served.Produce(served.Kafka.TransactionsTopic, Encoding.UTF8.GetBytes(Plant()), records);
        byte[] later = With(Transaction, "transaction_id", JsonValue.Create("t2")); // closes a step: what was counted of merchants is published
        served.Produce(served.Kafka.TransactionsTopic, Encoding.UTF8.GetBytes(Plant()), [later], ServedBroker.Stamp + TimeSpan.FromHours(2));
        served.Start(
            ("Vigil__Kafka__CardTokenKey", Convert.ToBase64String(Encoding.ASCII.GetBytes("a key of thirty-two characters..."))),
            ("Vigil__Kafka__Client__debug", "all"), ("Logging__LogLevel__Default", "Trace"), ("Vigil__Snapshots__Folder", _snapshots));
        await served.UntilStoredAsync(records.Length + 1, Cancellation);
        string metrics = await served.MetricsAsync(Cancellation);
        string tables = await TablesAsync(served);
        await served.Process.SignalAsync("TERM");
        Assert.Equal(0, await served.Process.WaitAsync(Cancellation));
        string log = served.Process.Output + served.Process.Errors;

        Assert.Contains("hmac:", tables); // a number that is the whole of card_token is scored under its token
        Assert.Contains("pan", tables);
        Assert.Contains("fraud_alerts_dead_letters", metrics);
        Assert.Contains("is no fact: pan", log);
        Assert.Contains("fraud-labels", tables); // rejected labels are dead letters
        Assert.Contains("step_start", Read(served.Kafka, served.Kafka.ActivityTopic));
        AssertClean("a snapshot", Unpacked(Assert.Single(Directory.GetFiles(_snapshots, "*.snapshot", SearchOption.AllDirectories)))); // of the stop
        AssertClean("Postgres", tables);
        AssertClean("/metrics", metrics);
        AssertClean("the log", log);
        string[] inputs = [served.Kafka.TransactionsTopic, served.Kafka.LabelsTopic];
        foreach (string topic in Topics(served.Kafka).Except(inputs)) AssertClean(topic, Read(served.Kafka, topic));
        // The search finds what is there.
        Assert.All(inputs, topic => Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertClean(topic, Read(served.Kafka, topic))));
    }

    public void Dispose() => Directory.Delete(_snapshots, recursive: true);

    /// <summary>A snapshot's header and blocks (docs/snapshots.md) as text.</summary>
    static string Unpacked(string file)
    {
        using var reader = new BinaryReader(File.OpenRead(file));
        reader.ReadBytes(MagicLength);
        reader.ReadInt32();
        var text = new StringBuilder(Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadInt32())));
        while (true)
        {
            reader.ReadBytes(ChecksumLength);
            reader.ReadInt32();
            byte[] block = new byte[reader.ReadInt32()];
            byte[] packed = reader.ReadBytes(reader.ReadInt32());
            if (packed.Length == 0) return text.ToString();
            Assert.True(BrotliDecoder.TryDecompress(packed, block, out int length) && length == block.Length);
            text.AppendLine(Encoding.Latin1.GetString(block));
        }
    }

    /// <summary>
    /// A good record with a card number in each field in turn, as text, as a number, grouped, escaped; and records that are broken around one.
    /// </summary>
    IEnumerable<byte[]> Records(JsonObject good)
    {
        yield return Encoding.UTF8.GetBytes(good.ToJsonString());
        foreach (string field in good.Select(pair => pair.Key).Append("unknown"))
        {
            yield return With(good, field, JsonValue.Create(Plant()));
            yield return With(good, field, JsonValue.Create(long.Parse(Plant(), System.Globalization.CultureInfo.InvariantCulture)));
            yield return With(good, field, JsonValue.Create($"card {Grouped(Plant(), ' ')}!"));
            yield return With(good, field, JsonValue.Create(Grouped(Plant(), '-')));
            yield return With(good, field, new JsonObject { [Plant()] = new JsonArray(Plant()) });
            string escaped = Plant();
            yield return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(With(good, field, JsonValue.Create(escaped)))
                .Replace(escaped, string.Concat(escaped.Select(digit => $"\\u{(int)digit:x4}"))));
        }
        yield return With(good, Plant(), JsonValue.Create("x"));
        yield return Encoding.UTF8.GetBytes(Plant());
        yield return Encoding.UTF8.GetBytes($"\"{Plant()}\"");
        yield return Encoding.UTF8.GetBytes(good.ToJsonString() + Plant());
        yield return Encoding.UTF8.GetBytes($"{{\"card_token\":\"{Plant()}");
        yield return Encoding.UTF8.GetBytes($"<card>{Plant()}</card>");
        yield return [0, 0, 0, 0, 1, .. Encoding.UTF8.GetBytes(Plant()), 0xFF];
    }

    static byte[] With(JsonObject good, string field, JsonNode? value)
    {
        var record = (JsonObject)good.DeepClone();
        record[field] = value;
        return Encoding.UTF8.GetBytes(record.ToJsonString());
    }

    /// <summary>A new number that passes the Luhn check and of no issuer: they do not begin with 9. Built, so that none stands in the source.</summary>
    string Plant()
    {
        string digits = $"99{_planted.Count:D6}9917354";
        int sum = digits.Reverse().Select((digit, place) => place % 2 == 0 ? (digit - '0') * 2 : digit - '0').Sum(value => value > 9 ? value - 9 : value);
        string number = $"{digits}{(10 - (sum % 10)) % 10}";
        _planted.Add(number);
        return number;
    }

    static string Grouped(string number, char between) => string.Join(between, number.Chunk(4).Select(group => new string(group)));

    /// <summary>No planted number is in the text: as digits, in groups, or as the hexadecimal in which Postgres writes bytes.</summary>
    void AssertClean(string where, string text)
    {
        foreach (string number in _planted)
            foreach (string form in new[] { number, Grouped(number, ' '), Grouped(number, '-'), Convert.ToHexStringLower(Encoding.ASCII.GetBytes(number)) })
                Assert.False(text.Contains(form, StringComparison.Ordinal), $"{where} holds a planted card number as {form}");
    }

    /// <summary>Every row of every table, as text, bytes once more as they are where they are ASCII.</summary>
    static async Task<string> TablesAsync(ServedBroker served)
    {
        var text = new StringBuilder();
        string tables = await served.QueryAsync(
            "SELECT string_agg(oid::regclass::text, ' ') FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace");
        foreach (string table in tables.Split(' '))
            text.AppendLine(await served.QueryAsync($"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {table} AS t"));
        return text.AppendLine(await served.QueryAsync("SELECT coalesce(string_agg(encode(raw, 'escape'), E'\\n'), '') FROM dead_letter")).ToString();
    }

    static IEnumerable<string> Topics(IngestOptions options)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.BootstrapServers }).Build();
        return [.. admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Select(topic => topic.Topic)];
    }

    /// <summary>Keys, values and headers of a topic's records as text.</summary>
    static string Read(IngestOptions options, string topic)
    {
        var text = new StringBuilder();
        using var topics = new Topics(options);
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = options.BootstrapServers, GroupId = "grep" }).Build();
        foreach (var (partition, (low, high)) in topics.Watermarks(topic).Index())
        {
            if (low == high) continue;
            consumer.Assign(new TopicPartitionOffset(topic, partition, low));
            for (long next = low; next < high;)
            {
                var result = consumer.Consume(TimeSpan.FromSeconds(10));
                next = result.Offset.Value + 1;
                text.Append(Encoding.Latin1.GetString(result.Message.Key ?? [])).Append(' ').AppendLine(Encoding.Latin1.GetString(result.Message.Value ?? []));
                foreach (var header in result.Message.Headers) text.AppendLine(Encoding.Latin1.GetString(header.GetValueBytes() ?? []));
            }
        }
        return text.ToString();
    }
}
