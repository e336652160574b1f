using System.Diagnostics;

namespace Vigil.Alerts;

/// <summary>Installs the Postgres package of Debian and Ubuntu, its programs only: no cluster is made and none is started.</summary>
static class PostgresPackage
{
    // Debian's scripts make and start a cluster "main" unless told not to. The drop-in says so, and goes when the programs are there.
    const string SettingsFolder = "/etc/postgresql-common";
    const string DropInFolder = SettingsFolder + "/createcluster.d";

    /// <summary>Installs the package, having said so.</summary>
    /// <returns>Null when it is installed, else why it is not.</returns>
    public static async Task<string?> InstallAsync(Action<string> say, CancellationToken cancellationToken)
    {
        if (!File.Exists("/etc/debian_version") || !File.Exists("/usr/bin/apt-get")) return "this is not Debian or Ubuntu";
        if (!Environment.IsPrivilegedProcess) return "not root; 'sudo apt-get install postgresql' by hand would do";

        say("Postgres: no server on this machine; running 'apt-get install postgresql' (its programs only, no cluster is made or started)");
        string[] made = [.. new[] { DropInFolder, SettingsFolder }.Where(folder => !Directory.Exists(folder))];
        string dropIn = Path.Combine(Directory.CreateDirectory(DropInFolder).FullName, "vigil-no-main-cluster.conf");
        try
        {
            await File.WriteAllTextAsync(dropIn, "create_main_cluster = false\n", cancellationToken).ConfigureAwait(false);
            string? problem = await InstallServerAsync(cancellationToken).ConfigureAwait(false);
            if (problem is null) return null;
            problem = await AptGetAsync(["update"], cancellationToken).ConfigureAwait(false);
            return problem ?? await InstallServerAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(dropIn);
            foreach (string folder in made.Where(folder => !Directory.EnumerateFileSystemEntries(folder).Any())) Directory.Delete(folder);
        }
    }

    static Task<string?> InstallServerAsync(CancellationToken cancellationToken) =>
        AptGetAsync(["install", "--yes", "--no-install-recommends", "postgresql"], cancellationToken);

    static async Task<string?> AptGetAsync(string[] arguments, CancellationToken cancellationToken)
    {
        // Another apt-get may be at work: wait for its lock instead of failing.
        var start = new ProcessStartInfo("/usr/bin/apt-get", ["-q", "-o", "DPkg::Lock::Timeout=120", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        string errors = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await output.ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode == 0 ? null : $"apt-get {arguments[0]} failed: {LastLine(errors)}";
    }

    static string LastLine(string text) => text.Trim().Split('\n')[^1].Trim();
}
