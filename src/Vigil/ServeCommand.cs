using System.CommandLine;
using Vigil.Alerts;
using Vigil.Ingest;

namespace Vigil;

/// <summary><c>vigil serve</c>: scores a real Kafka's transactions into a real Postgres until it is told to stop.</summary>
static class ServeCommand
{
    static readonly SettingsOptions s_settings = new();
    static readonly Option<string?> s_checkpoint = new("--checkpoint")
    {
        Description = "Folder of the model (Vigil:Scoring:Checkpoint). Default: the one that ships with Vigil.",
    };
    static readonly Option<string> s_listen = new("--listen")
    {
        Description = "Where /healthz, /metrics and, with a key, /v1/score are served.",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
    };
    static readonly Option<int?> s_createTopics = new("--create-topics")
    {
        Description = "Create missing topics, card-transactions and card-scores with this many partitions.",
    };

    internal static Command Create()
    {
        var command = new Command("serve", """
            Score transactions from Kafka into Postgres until SIGTERM or Ctrl-C, which drain, store and leave the group.
            Settings come from appsettings.json, --config, the environment (Vigil__Kafka__BootstrapServers=...), then these options; later ones win.
            """)
        {
            s_checkpoint, s_listen, s_createTopics,
        };
        s_settings.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var builder = s_settings.CreateBuilder(parsed, ("Vigil:Scoring:Checkpoint", parsed.GetValue(s_checkpoint)));
        builder.WebHost.UseUrls(parsed.GetValue(s_listen)!);
        var options = ServiceOptions.Read(builder.Configuration);
        await EnsureTopicsAsync(options.Kafka, parsed.GetValue(s_createTopics));
        string streamId = await StreamIdentity.ReadAsync(options.Kafka, runId: Guid.NewGuid().ToString("N"));
        await Migrations.EnsureAsync(options.Alerts, cancellationToken);
        builder.AddScoring(options, streamId);
        await using var app = builder.Build();
        app.MapScoring();
        await app.RunScoringAsync(cancellationToken);
        return 0;
    }

    /// <summary>Creates the topics that are missing, or says which one is.</summary>
    static async Task EnsureTopicsAsync(IngestOptions kafka, int? create)
    {
        using var topics = new Topics(kafka);
        var counts = Topics.Of(kafka, create ?? 0);
        if (create is not null) await topics.CreateMissingAsync(counts, stampedByBroker: true);
        else foreach (string topic in counts.Keys) topics.CountPartitions(topic);
    }
}
