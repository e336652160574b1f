using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Vigil.Alerts;

/// <summary>
/// The shell process that makes a private cluster's folder, runs its server and, when the pipe from this process closes, ends the
/// server and deletes the folder. The pipe closes on dispose, and equally when this process crashes or is killed.
/// </summary>
/// <remarks>
/// It is a shell because that is everywhere, starts in a millisecond, and as the server's parent it can never signal a recycled process id.
/// As root it runs as another user, as Postgres demands; the folder is made by that user, so nobody else can enter it.
/// It has a session of its own, so that Ctrl-C in a terminal reaches this program but not the server: what is in flight is flushed first.
/// </remarks>
sealed class PostgresGuardian : IAsyncDisposable
{
    // SIGINT is a fast shutdown: clients are disconnected, the files are left consistent. SIGQUIT and SIGKILL are for a server that hangs.
    const string Script = """
        unset VIGIL_GUARDIAN
        binaries=$1; parent=$2; user=$3; port=$4
        umask 077
        trap '' INT TERM HUP PIPE
        folder=$(mktemp -d "$parent/vigil-postgres-XXXXXXXX" 2>/dev/null || mktemp -d /tmp/vigil-postgres-XXXXXXXX) || exit 3
        trap 'rm -rf "$folder"' EXIT
        echo "$folder"
        IFS= read -r password || exit 3
        printf %s "$password" >"$folder/password"
        "$binaries/initdb" -D "$folder/data" -U "$user" -A scram-sha-256 --pwfile="$folder/password" -E UTF8 --locale=C --no-sync \
            >"$folder/log" 2>&1 || { tail -n 5 "$folder/log" >&2; exit 4; }
        rm "$folder/password"
        exec 3<&0
        "$binaries/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
            >>"$folder/log" 2>&1 </dev/null 3<&- &
        server=$!
        (
            read -r _ <&3
            : >"$folder/ending"
            for signal in INT QUIT KILL; do
                kill -s $signal $server 2>/dev/null || exit
                waited=0
                while [ $waited -lt 50 ]; do
                    sleep 0.1
                    kill -0 $server 2>/dev/null || exit
                    waited=$((waited + 1))
                done
            done
        ) &
        watcher=$!
        echo "$server"
        wait $server; status=$?
        [ -e "$folder/ending" ] || kill -s KILL $watcher
        wait $watcher 2>/dev/null
        [ $status -eq 0 ] || tail -n 5 "$folder/log" >&2
        exit $status
        """;

    static readonly TimeSpan _endTimeout = TimeSpan.FromSeconds(60); // The script takes 15 of them where a server hangs, and more on a busy machine.

    readonly Process _process;
    readonly Task<string> _errors;
    string? _folder;
    int? _server;

    PostgresGuardian(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>True when the guardian, and with it the server, has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Starts the guardian; it waits for <see cref="SendPasswordAsync"/>.</summary>
    /// <exception cref="PostgresUnavailableException">There is no POSIX shell to run it, or no user to run it as.</exception>
    public static PostgresGuardian Start(string binaries, string temporaryFolder, string superUser, int port)
    {
        if (OperatingSystem.IsWindows())
            throw new PostgresUnavailableException("a private cluster needs a POSIX shell: on Windows name a running server");

        string[] command = [.. OwnSession(), "/bin/sh", "-c", "eval \"$VIGIL_GUARDIAN\"", "vigil-postgres",
            binaries, Path.TrimEndingDirectorySeparator(temporaryFolder), superUser, port.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
            Environment = { ["VIGIL_GUARDIAN"] = Script }, // not an argument, so that a list of processes stays readable
        };
        if (Environment.IsPrivilegedProcess) start.UserName = UnprivilegedUser();
        try
        {
            return new(Process.Start(start)!);
        }
        catch (Win32Exception error)
        {
            throw new PostgresUnavailableException($"{command[0]} could not be started: {error.Message}", error);
        }
    }

    /// <summary>Hands over the superuser's password, which must not stand on a command line where every user could read it.</summary>
    public async Task SendPasswordAsync(string password, CancellationToken cancellationToken)
    {
        _folder = await NextLineAsync(cancellationToken).ConfigureAwait(false);
        var pipe = _process.StandardInput.BaseStream; // past the writer's buffer, which would try again on dispose
        await pipe.WriteAsync(Encoding.ASCII.GetBytes($"{password}\n"), cancellationToken).ConfigureAwait(false);
        await pipe.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until the server's process exists; it may not listen yet.</summary>
    public async Task ServerStartedAsync(CancellationToken cancellationToken) =>
        _server = int.Parse(await NextLineAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);

    /// <summary>What the guardian or the server said when it ended.</summary>
    public async Task<string> ReasonAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        string errors = (await _errors.ConfigureAwait(false)).Trim().ReplaceLineEndings(" | ");
        return errors.Length > 0 ? errors : $"it ended at once with status {_process.ExitCode}";
    }

    /// <summary>Closes the pipe and waits until the server and its folder are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(_endTimeout);
        await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        if (_folder is not null && Directory.Exists(_folder)) CleanUpAfterGuardian(_folder);
        _process.Dispose();
    }

    async Task<string> NextLineAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new PostgresUnavailableException(await ReasonAsync(cancellationToken).ConfigureAwait(false));

    // Somebody killed the guardian. The server's own pid file, in a folder that is ours alone, says whether the id is still the server's.
    void CleanUpAfterGuardian(string folder)
    {
        string pidFile = Path.Combine(folder, "data", "postmaster.pid");
        if (_server is { } id && File.Exists(pidFile) && File.ReadLines(pidFile).First() == id.ToString(CultureInfo.InvariantCulture))
        {
            try
            {
                using var server = Process.GetProcessById(id);
                server.Kill();
                server.WaitForExit(_endTimeout);
            }
            catch (ArgumentException) // it ended meanwhile
            {
            }
        }
        Directory.Delete(folder, recursive: true);
    }

    static string[] OwnSession() =>
        File.Exists("/usr/bin/setsid") ? ["/usr/bin/setsid"]
        : File.Exists("/usr/bin/perl") ? ["/usr/bin/perl", "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV or die $!"]
        : [];

    static string UnprivilegedUser() =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
}
