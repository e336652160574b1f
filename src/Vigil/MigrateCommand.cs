using System.CommandLine;
using Vigil.Alerts;

namespace Vigil;

/// <summary><c>vigil migrate</c>: brings the database's schema up to this build's, and ends.</summary>
static class MigrateCommand
{
    internal static Command Create()
    {
        var settings = new SettingsOptions();
        var command = new Command("migrate", "Create or update Vigil's tables and roles in Postgres. Safe to run twice, and while others run it.");
        settings.AddTo(command, needsKafka: false);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var applied = await Migrations.RunAsync(ServiceOptions.ReadAlerts(settings.CreateBuilder(parsed).Configuration), cancellationToken);
            Console.WriteLine(applied.Count == 0 ? "The tables are up to date." : $"Applied: {string.Join(", ", applied)}");
            return 0;
        });
        return command;
    }
}
