using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Vigil.Alerts;
using Vigil.Api;
using Vigil.Ingest;
using Vigil.Model;

namespace Vigil.Tests;

/// <summary>A stream on an embedded broker of its own, and the service that scores it into Postgres, which can be stopped and started again.</summary>
sealed class TestStream : IAsyncDisposable
{
    readonly EmbeddedBroker _broker;
    readonly TransactionProducer _producer;
    readonly AlertsOptions _alerts;
    readonly SnapshotOptions _snapshots;

    internal TestStream(TestPostgres postgres, int partitions = 3, double? threshold = null, SnapshotOptions? snapshots = null)
    {
        _broker = EmbeddedBroker.Start(new Dictionary<string, int>
        {
            ["card-transactions"] = partitions,
            ["fraud-labels"] = 1,
            ["merchant-activity"] = 1,
            ["card-scores"] = partitions,
        });
        Kafka = new IngestOptions { BootstrapServers = _broker.BootstrapServers, Embedded = true };
        Kafka.Client["message.max.bytes"] = "20000000"; // so that a record above the limit can be sent at all
        _alerts = new AlertsOptions { ConnectionString = postgres.ConnectionString, Threshold = threshold };
        _snapshots = snapshots ?? new();
        _producer = new TransactionProducer(Kafka, TimeProvider.System);
    }

    internal ApiOptions Api { get; init; } = new();

    internal OverloadOptions Overload { get; set; } = new();

    /// <summary>Folder of the model; the default is the one that ships.</summary>
    internal string Checkpoint { get; init; } = new ScoringOptions().Checkpoint;

    internal ModelOptions Model { get; init; } = new();

    internal string StreamId { get; } = Guid.NewGuid().ToString("N");

    internal IngestOptions Kafka { get; }

    /// <summary>Writes a history as a live log would hold it: every label acknowledged before what comes after it.</summary>
    internal void Produce(IEnumerable<HistoryEvent> events)
    {
        foreach (var happened in events)
        {
            if (happened.Transaction is { } labelled) _producer.Produce(labelled.Transaction, happened.Stamp);
            else _producer.Produce(happened.Label!.Value, happened.Stamp);
        }
        Flush();
    }

    internal void ProduceRaw(byte[]? value, Instant stamp) => ProduceRaw(Kafka.TransactionsTopic, value, stamp);

    internal void ProduceRaw(string topic, byte[]? value, Instant stamp) => _producer.ProduceRaw(topic, "card"u8.ToArray(), value, stamp);

    internal void Flush() => _producer.Flush(TimeSpan.FromSeconds(30));

    /// <summary>Starts the service as <c>vigil serve</c> composes it.</summary>
    internal async Task<WebApplication> StartAsync(DateTimeOffset? scoreFrom = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var scoring = new ScoringOptions { ScoreFrom = scoreFrom, Checkpoint = Checkpoint };
        var options = new ServiceOptions
        {
            Kafka = Kafka,
            Alerts = _alerts,
            Scoring = scoring,
            Snapshots = _snapshots,
            Api = Api,
            Overload = Overload,
            Model = Model,
        };
        builder.AddScoring(options, StreamId);
        var app = builder.Build();
        app.MapScoring();
        await app.StartAsync();
        return app;
    }

    /// <summary>Waits until so many records are behind the cursors, or throws what ended the pipeline.</summary>
    internal static async Task UntilAsync(WebApplication app, long records, CancellationToken cancellationToken)
    {
        var progress = app.Services.GetRequiredService<ScoringProgress>();
        var pipeline = app.Services.GetRequiredService<ScoringPipeline>();
        await Polling.UntilAsync(
            async () =>
            {
                if (!pipeline.IsRunning) await pipeline.ExecuteTask!;
                return progress.Counts.Records >= records;
            },
            () => $"Of {records} records {progress.Counts} are stored.", cancellationToken);
    }

    internal async Task<StreamCounts> CountAsync()
    {
        await using var reader = new AlertReader(_alerts);
        return await reader.CountAsync(StreamId);
    }

    /// <summary>Where each partition's cursor stands.</summary>
    internal async Task<IReadOnlyDictionary<StreamPartition, long>> CursorsAsync()
    {
        await using var database = NpgsqlDataSource.Create(_alerts.ConnectionString);
        await using var command = database.CreateCommand("SELECT topic, partition, next_offset FROM partition_cursor WHERE stream_id = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = StreamId });
        await using var reader = await command.ExecuteReaderAsync();
        var cursors = new Dictionary<StreamPartition, long>();
        while (await reader.ReadAsync()) cursors.Add(new(StreamId, reader.GetString(0), reader.GetInt32(1)), reader.GetInt64(2));
        return cursors;
    }

    /// <summary>Claims every partition, as a member does that was slow to learn that they have gone.</summary>
    internal async Task FenceAsync()
    {
        await using var database = NpgsqlDataSource.Create(_alerts.ConnectionString);
        await using var command = database.CreateCommand("UPDATE partition_cursor SET epoch = epoch + 1 WHERE stream_id = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = StreamId });
        await command.ExecuteNonQueryAsync();
    }

    internal async Task<IReadOnlyList<Alert>> AlertsAsync()
    {
        await using var reader = new AlertReader(_alerts);
        return [.. (await reader.LatestAsync(StreamId, 1_000_000)).Select(stored => stored.Alert)];
    }

    public ValueTask DisposeAsync()
    {
        _producer.Dispose();
        _broker.Dispose();
        return ValueTask.CompletedTask;
    }
}
