using System.CommandLine;

namespace Vigil;

/// <summary><c>vigil demo</c>: everything on this machine, from nothing to alerts.</summary>
static class DemoCommand
{
    static readonly Option<TimeSpan?> s_for = Durations.OptionalOption("--for", "Stop after this long, such as 30s or 5m. Default: until Ctrl-C.");
    static readonly Option<int> s_rate = new("--rate") { Description = "Live transactions a second.", DefaultValueFactory = _ => 500 };
    static readonly Option<string?> s_source = new("--source")
    {
        Description = "Stream this file (.csv, .csv.gz, .jsonl, .jsonl.gz) from its middle on. Default: a simulated world.",
    };
    static readonly Option<string?> s_mapping = new("--mapping")
    {
        Description = "Which CSV column is what; see schemas/mappings. The public benchmark's columns need none.",
    };
    static readonly Option<ulong> s_seed = new("--seed") { Description = "Seed of the simulated world.", DefaultValueFactory = _ => 1 };
    static readonly Option<TimeSpan> s_history = Durations.Option(
        "--history",
        "How much is replayed silently first, so that histories and labels live from the first transaction shown.",
        new DemoOptions().History);
    static readonly Option<string> s_checkpoint = new("--checkpoint")
    {
        Description = "Folder of the model. Default: the one that ships with Vigil.",
    };
    static readonly Option<string?> s_postgres = PostgresOption.Create(", else a server is found or started");
    static readonly Option<string?> s_json = new("--json") { Description = "Write the summary to this file as JSON." };
    static readonly Option<bool> s_noColor = new("--no-color") { Description = "No colours." };

    internal static Command Create()
    {
        var command = new Command("demo", """
            Score a live stream on this machine: starts an embedded broker and a private Postgres, streams transactions, writes alerts.
            Ctrl-C ends it with a summary and leaves nothing behind.
            """)
        {
            s_for, s_rate, s_source, s_mapping, s_seed, s_history, s_checkpoint, s_postgres, s_json, s_noColor,
        };
        s_rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 100_000) result.AddError("--rate is out of range; expected are 1 to 100000 transactions a second.");
        });
        command.SetAction((parsed, cancellationToken) => DemoRun.RunAsync(OptionsOf(parsed), cancellationToken));
        return command;
    }

    static DemoOptions OptionsOf(ParseResult parsed) => new()
    {
        For = parsed.GetValue(s_for),
        Rate = parsed.GetValue(s_rate),
        Source = parsed.GetValue(s_source),
        Mapping = parsed.GetValue(s_mapping),
        Seed = parsed.GetValue(s_seed),
        History = parsed.GetValue(s_history),
        Checkpoint = parsed.GetValue(s_checkpoint) ?? new DemoOptions().Checkpoint,
        Postgres = parsed.GetValue(s_postgres),
        Json = parsed.GetValue(s_json),
        Color = !parsed.GetValue(s_noColor),
    };
}
