using System.CommandLine;

namespace Vigil;

/// <summary>
/// Where a verb's settings come from: appsettings.json of the working folder, --config, the environment, then the options of the command line; a
/// later one wins.
/// </summary>
sealed class SettingsOptions
{
    readonly Option<string?> _kafka = new("--kafka") { Description = "Kafka's addresses, host:port, separated by commas (Vigil:Kafka:BootstrapServers)." };
    readonly Option<string?> _postgres = PostgresOption.Create(", else Vigil:Alerts:ConnectionString");
    readonly Option<string?> _config = new("--config") { Description = "A JSON file with a section Vigil, beside appsettings.json in this folder." };

    /// <param name="command">The verb.</param>
    /// <param name="needsKafka">Whether it reads or writes Kafka.</param>
    /// <param name="needsPostgres">Whether it reads or writes Postgres.</param>
    internal void AddTo(Command command, bool needsKafka = true, bool needsPostgres = true)
    {
        if (needsKafka) command.Options.Add(_kafka);
        if (needsPostgres) command.Options.Add(_postgres);
        command.Options.Add(_config);
    }

    /// <summary>A builder of a host with these settings.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="own">The verb's own settings, the last to win; a null value does not count.</param>
    internal WebApplicationBuilder CreateBuilder(ParseResult parsed, params (string Key, string? Value)[] own)
    {
        // Settings are read once. Watched, they would cost a watch for every folder below the working folder, which under systemd is the root.
        var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        if (parsed.GetValue(_config) is { } file)
        {
            builder.Configuration.AddJsonFile(Path.GetFullPath(file), optional: false);
            builder.Configuration.AddEnvironmentVariables();
        }
        (string Key, string? Value)[] given =
            [("Vigil:Kafka:BootstrapServers", parsed.GetValue(_kafka)), ("Vigil:Alerts:ConnectionString", parsed.GetValue(_postgres)), .. own];
        builder.Configuration.AddInMemoryCollection(
            given.Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        return builder;
    }
}
