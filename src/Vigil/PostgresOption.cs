using System.CommandLine;
using Vigil.Alerts;

namespace Vigil;

/// <summary>The option that names a running Postgres, the same for every verb.</summary>
static class PostgresOption
{
    /// <param name="otherwise">What happens where neither the option nor the environment names one; the end of the help text.</param>
    internal static Option<string?> Create(string otherwise = "") => new("--postgres")
    {
        Description = $"Connection string, such as 'Host=localhost;Username=vigil;Database=vigil'. Default: the environment's VIGIL_POSTGRES{otherwise}.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(PostgresServerOptions.ConnectionStringVariable),
    };
}
