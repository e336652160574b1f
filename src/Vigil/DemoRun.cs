using Vigil.Alerts;
using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// One demo, from nothing to its summary: a private Postgres, an embedded broker, the same service that <c>vigil serve</c> runs, and a world to stream.
/// </summary>
sealed class DemoRun(DemoOptions options, DemoScreen screen)
{
    /// <summary>How long the end waits for what was produced and is not stored yet; what is missing then is reported as lost.</summary>
    static readonly TimeSpan s_drain = TimeSpan.FromSeconds(30);

    readonly TimeProvider _clock = TimeProvider.System;
    readonly string _runId = Guid.NewGuid().ToString("N");

    /// <summary>Runs a demo.</summary>
    /// <returns>0 where nothing was lost and nothing is there twice, else 1.</returns>
    internal static Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken) =>
        new DemoRun(options, DemoScreen.ForOutput(options.Color, TimeProvider.System)).RunAsync(cancellationToken);

    async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var world = DemoWorld.Of(options);
        screen.Say($"World: {world.Description}");
        await using var postgres = await PostgresServer.FindOrStartAsync(
            new PostgresServerOptions { ConnectionString = options.Postgres }, screen.Say, cancellationToken);
        await Migrations.RunAsync(postgres.ConnectionString, cancellationToken);
        var kafka = new IngestOptions { Embedded = true };
        await using var broker = await BrokerProcess.StartAsync(
            [.. Topics.Of(kafka, options.Partitions).Select(topic => $"{topic.Key}:{topic.Value}")], cancellationToken);
        kafka.BootstrapServers = broker.BootstrapServers;
        screen.Say($"Kafka: {broker.BootstrapServers}, an embedded broker that ends with this program");

        await using var service = await StartServiceAsync(kafka, postgres.ConnectionString, world, cancellationToken);
        screen.Say($"Health and metrics: {service.Urls.First()}/healthz, {service.Urls.First()}/metrics");
        return await StreamAsync(service, kafka, world, cancellationToken);
    }

    async Task<WebApplication> StartServiceAsync(IngestOptions kafka, string connectionString, DemoWorld world, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var service = new ServiceOptions
        {
            Kafka = kafka,
            Alerts = new AlertsOptions { ConnectionString = connectionString },
            Scoring = new ScoringOptions { ScoreFrom = world.LiveFrom.ToDateTimeOffset(), Checkpoint = options.Checkpoint },
        };
        builder.AddScoring(service, await StreamIdentity.ReadAsync(kafka, _runId));
        var app = builder.Build();
        app.MapScoring();
        await app.StartAsync(cancellationToken);
        return app;
    }

    async Task<int> StreamAsync(WebApplication service, IngestOptions kafka, DemoWorld world, CancellationToken cancellationToken)
    {
        var progress = service.Services.GetRequiredService<ScoringProgress>();
        var pipeline = service.Services.GetRequiredService<ScoringPipeline>();
        string streamId = service.Services.GetRequiredService<ScoringStages>().StreamId;
        await using var reader = new AlertReader(service.Services.GetRequiredService<AlertsOptions>());
        using var topics = new Topics(kafka);
        using var producer = new DemoProducer(world, kafka, progress);
        using var shown = new CancellationTokenSource();
        var watch = new DemoWatch(service.Services, producer, reader, _clock);
        var show = screen.ShowAsync(watch.LookAsync, shown.Token);

        await OrFailureAsync(pipeline, producer.WriteHistoryAsync(cancellationToken));
        long history = Produced(topics, kafka);
        long started = _clock.GetTimestamp();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (options.For is { } time) ending.CancelAfter(time);
        await OrFailureAsync(pipeline, producer.WriteLiveAsync(options.Rate, ending.Token));
        await DrainAsync(producer, progress, pipeline);
        var took = _clock.GetElapsedTime(started);
        await shown.CancelAsync();
        await show;
        await service.StopAsync(CancellationToken.None);
        await pipeline.ExecuteTask!;

        var counts = await reader.CountAsync(streamId, CancellationToken.None);
        var summary = DemoSummary.Of(Produced(topics, kafka) - history, counts, took, progress);
        screen.Show(summary);
        if (options.Json is { } path) summary.Write(path);
        return summary.IsExact ? 0 : 1;
    }

    /// <summary>Waits for the work, or throws what ended the pipeline before.</summary>
    static async Task OrFailureAsync(ScoringPipeline pipeline, Task work)
    {
        if (await Task.WhenAny(work, pipeline.ExecuteTask!) != work) await pipeline.ExecuteTask!;
        await work;
    }

    static long Produced(Topics topics, IngestOptions kafka) => topics.Watermarks(kafka.TransactionsTopic).Sum(mark => mark.High);

    async Task DrainAsync(DemoProducer producer, ScoringProgress progress, ScoringPipeline pipeline)
    {
        long started = _clock.GetTimestamp();
        while (progress.Counts.Records < producer.Transactions && pipeline.IsRunning && _clock.GetElapsedTime(started) < s_drain)
            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
    }
}
