using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Vigil.Alerts;
using Vigil.Api;
using Vigil.Ingest;

namespace Vigil;

/// <summary>Composes the stages into the running service, for <c>vigil serve</c> and <c>vigil demo</c> alike: only the configuration differs.</summary>
static class ScoringHost
{
    /// <summary>A stop may take this long: drain, flush, commit.</summary>
    static readonly TimeSpan s_stopTime = TimeSpan.FromSeconds(10);

    /// <summary>Adds the pipeline and what it stands on, in the order of the data.</summary>
    internal static void AddScoring(this WebApplicationBuilder builder, ServiceOptions options, string streamId)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options.Kafka).AddSingleton(options.Features).AddSingleton(options.Alerts);
        services.AddSingleton(provider => new ScoringStages(options, streamId, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IngestTelemetry>().AddSingleton<TransactionConsumer>();
        services.AddSingleton<FactExchange>();
        services.AddSingleton<AlertsTelemetry>().AddSingleton<AlertSink>().AddSingleton<ScoringOutput>();
        services.AddSingleton<ScoringTelemetry>().AddSingleton<ScoringProgress>().AddSingleton<ScoringPartitions>();
        services.AddScoreApi(options.Api);
        services.AddSingleton<SnapshotTelemetry>().AddSingleton<Snapshots>();
        services.AddSingleton<ScoringPipeline>().AddHostedService(provider => provider.GetRequiredService<ScoringPipeline>());
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(IngestTelemetry.MeterName, AlertsTelemetry.MeterName, ScoringTelemetry.MeterName, ApiTelemetry.MeterName)
            .AddMeter(SnapshotTelemetry.MeterName, "System.Runtime")
            .AddPrometheusExporter());
        if (options.Telemetry.OtlpEndpoint is { } collector)
        {
            services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService("vigil"))
                .WithTracing(tracing => tracing.AddSource(ScoringSpans.SourceName, AlertsTelemetry.ActivitySourceName, "Npgsql"))
                .UseOtlpExporter(OtlpExportProtocol.HttpProtobuf, collector);
        }
        services.Configure<HostOptions>(host => host.ShutdownTimeout = s_stopTime);
        // The pipeline's failure is thrown where the verb waits for it, which says it in one line; the host would log its stack first.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // Each probe and each scrape would be four lines.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
    }

    /// <summary>Runs until it is told to stop, and drains; what made the pipeline end before is thrown.</summary>
    internal static async Task RunScoringAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // told to stop before it had begun: there is nothing to drain
        }
        var stages = app.Services.GetRequiredService<ScoringStages>();
        Log.Starting(app.Logger, stages.Model.Manifest.Hash, stages.Policy.Threshold, stages.StreamId);
        if (stages.Device is { } device) Log.OnDevice(app.Logger, stages.Options.Model.Device, device.CardsPerGiB);
        await app.WaitForShutdownAsync(cancellationToken);
        await app.Services.GetRequiredService<ScoringPipeline>().ExecuteTask!;
        if (app.Services.GetService<ScoreFeed>()?.ExecuteTask is { } feed) await feed;
    }

    /// <summary>The service's addresses: health for an orchestrator, metrics for Prometheus.</summary>
    internal static void MapScoring(this WebApplication app)
    {
        app.MapGet("/healthz", (ScoringPipeline pipeline) => pipeline.IsRunning
            ? Results.Text("scoring\n")
            : Results.Text("the pipeline has stopped\n", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapScoreApi();
    }
}
