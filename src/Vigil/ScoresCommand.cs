using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// <c>vigil scores</c>: every transaction's score from Kafka, each once. It is also the sample of a consumer: what it takes to read the topic exactly once is
/// in <see cref="ScoreReader"/>.
/// </summary>
static class ScoresCommand
{
    static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    internal static Command Create()
    {
        var settings = new SettingsOptions();
        var follow = new Option<bool>("--follow") { Description = "Go on with what comes, until Ctrl-C" };
        var command = new Command("scores", """
            Print the scores that Vigil has published to card-scores, each once, as JSON Lines: schemas/score.schema.json.
            Settings come from appsettings.json, --config, the environment (Vigil__Kafka__BootstrapServers=...), then these options; later ones win.
            """) { follow };
        settings.AddTo(command, needsPostgres: false);
        command.SetAction((parsed, cancellationToken) =>
        {
            var kafka = ServiceOptions.ReadKafka(settings.CreateBuilder(parsed).Configuration);
            if (kafka.ScoresTopic.Length == 0) throw new UserError("Vigil:Kafka:ScoresTopic is empty: no scores are published. Name the topic.");
            using var reader = new ScoreReader(kafka, fromBeginning: true, NullLogger<ScoreReader>.Instance);
            Print(reader, parsed.GetValue(follow), cancellationToken);
            return Task.FromResult(0);
        });
        return command;
    }

    static void Print(ScoreReader reader, bool follow, CancellationToken cancellationToken)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput());
        using var writer = new Utf8JsonWriter(output, TransactionJson.WriterOptions);
        while (!cancellationToken.IsCancellationRequested && (follow || !reader.IsAtEnd))
        {
            if (!reader.TryRead(s_patience, out var score))
            {
                output.Flush();
                continue;
            }
            ScoreJson.Write(writer, score);
            writer.Flush();
            writer.Reset();
            output.WriteByte((byte)'\n');
        }
    }
}
