using System.Net;
using System.Net.Sockets;
using System.Text;
using Confluent.Kafka;
using Npgsql;
using Vigil.Ingest;

namespace Vigil.Tests;

/// <summary>An embedded broker in the test, and <c>vigil serve</c> in a process of its own that scores it into a database of its own.</summary>
sealed class ServedBroker : IAsyncDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    readonly EmbeddedBroker _broker;
    readonly TransactionProducer _producer;
    VigilProcess? _process;

    ServedBroker(string database)
    {
        Database = database;
        _broker = EmbeddedBroker.Start(new Dictionary<string, int>
        {
            ["card-transactions"] = 1,
            ["fraud-labels"] = 1,
            ["merchant-activity"] = 1,
            ["card-scores"] = 1,
        });
        Kafka = new IngestOptions { BootstrapServers = _broker.BootstrapServers, Embedded = true };
        _producer = new TransactionProducer(Kafka, TimeProvider.System);
    }

    internal static Instant Stamp { get; } = Instant.From(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));

    internal string Database { get; }

    internal IngestOptions Kafka { get; }

    internal string Address { get; } = $"http://127.0.0.1:{FreePort()}";

    internal VigilProcess Process => _process!;

    internal static async Task<ServedBroker> CreateAsync(TestPostgres postgres) => new(await postgres.CreateDatabaseAsync());

    internal void Produce(string topic, byte[]? key, IEnumerable<byte[]> values) => Produce(topic, key, values, Stamp);

    internal void Produce(string topic, byte[]? key, IEnumerable<byte[]> values, Instant stamp)
    {
        foreach (byte[] value in values) _producer.ProduceRaw(topic, key, value, stamp);
        _producer.Flush(s_patience);
    }

    /// <summary>Writes a transaction as a producer that traces does.</summary>
    internal async Task ProduceTracedAsync(byte[] value, string traceParent)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = Kafka.BootstrapServers }).Build();
        await producer.ProduceAsync(Kafka.TransactionsTopic, new()
        {
            Value = value,
            Timestamp = new(Stamp.ToDateTimeOffset()),
            Headers = new() { { "traceparent", Encoding.ASCII.GetBytes(traceParent) } },
        });
    }

    internal void Start(params (string Name, string Value)[] environment)
    {
        var all = environment.ToDictionary(variable => variable.Name, variable => variable.Value);
        all["Vigil__Kafka__BootstrapServers"] = Kafka.BootstrapServers;
        all["Vigil__Kafka__Embedded"] = "true";
        all["Vigil__Alerts__Threshold"] = "0"; // every scored transaction is an alert, with all that an alert holds
        all["VIGIL_POSTGRES"] = Database;
        _process = VigilProcess.Start(all, "serve", "--listen", Address);
    }

    /// <summary>Waits until the cursor stands behind so many records.</summary>
    internal Task UntilStoredAsync(long records, CancellationToken cancellationToken) => Polling.UntilAsync(
        async () => await QueryAsync("SELECT coalesce(sum(next_offset), 0)::text FROM partition_cursor") == $"{records}",
        () => Process.Errors + Process.Output,
        cancellationToken);

    internal async Task<string> MetricsAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"{Address}/metrics"), cancellationToken);
    }

    /// <summary>The first value of a query's answer, where it is a text.</summary>
    internal async Task<string> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string ?? "";
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _producer.Dispose();
        _broker.Dispose();
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
