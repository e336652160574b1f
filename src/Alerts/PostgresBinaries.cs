using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Vigil.Alerts;

/// <summary>Looks for folders that hold <c>initdb</c> and <c>postgres</c>.</summary>
static class PostgresBinaries
{
    /// <summary>The fixed places that are searched, for messages.</summary>
    public const string Places = "/usr/lib/postgresql, /usr/pgsql-* and Homebrew's folders";

    /// <summary>The folders on this machine: pg_config's, those on PATH, the distributions' (newest first), Homebrew's.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken)
    {
        var folders = new List<string>();
        if (await PgConfigFolderAsync(cancellationToken).ConfigureAwait(false) is { } configured) folders.Add(configured);
        folders.AddRange(FoldersOnPath());
        folders.AddRange(Newest("/usr/lib/postgresql", "*", "bin"));
        folders.AddRange(Newest("/usr", "pgsql-*", "bin"));
        folders.AddRange(Newest("/opt/homebrew/opt", "postgresql*", "bin"));
        folders.AddRange(Newest("/usr/local/opt", "postgresql*", "bin"));
        return [.. folders.Where(HoldsServer).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>True when a folder holds both programs.</summary>
    public static bool HoldsServer(string folder) =>
        File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres"));

    static async Task<string?> PgConfigFolderAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("pg_config", ["--bindir"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode == 0 ? output.Trim() : null;
        }
        catch (Win32Exception) // there is no pg_config: the other places are searched
        {
            return null;
        }
    }

    // A distribution may put links on PATH; initdb finds its sibling files only from the folder where it really lies.
    static IEnumerable<string> FoldersOnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "postgres"))
            .Where(File.Exists)
            .Select(file => Path.GetDirectoryName(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file)!);

    static IEnumerable<string> Newest(string root, string pattern, string below) =>
        Directory.Exists(root)
            ? Directory.EnumerateDirectories(root, pattern).OrderByDescending(MajorVersion).Select(folder => Path.Combine(folder, below))
            : [];

    static int MajorVersion(string folder)
    {
        var digits = Path.GetFileName(folder).SkipWhile(letter => !char.IsAsciiDigit(letter)).TakeWhile(char.IsAsciiDigit);
        return int.TryParse(string.Concat(digits), CultureInfo.InvariantCulture, out int version) ? version : 0;
    }
}
