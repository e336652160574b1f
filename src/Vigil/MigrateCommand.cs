using System.CommandLine;
using Vigil.Alerts;

namespace Vigil;

/// <summary><c>vigil migrate</c>: brings the database's schema up to this build's, and ends.</summary>
static class MigrateCommand
{
    internal static Command Create()
    {
        var postgres = PostgresOption.Create();
        var command = new Command("migrate", "Create or update Vigil's tables in Postgres. Safe to run twice, and while others run it.") { postgres };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string connectionString = parsed.GetValue(postgres)
                ?? throw new UserError($"No database was named. Give --postgres 'Host=...;Username=...;Database=...' or set {PostgresServerOptions.ConnectionStringVariable}.");
            var applied = await Migrations.RunAsync(connectionString, cancellationToken);
            Console.WriteLine(applied.Count == 0 ? "The tables are up to date." : $"Applied: {string.Join(", ", applied)}");
            return 0;
        });
        return command;
    }
}
