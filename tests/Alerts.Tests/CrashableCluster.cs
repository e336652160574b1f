using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Vigil.Alerts.Tests;

/// <summary>A private cluster that can be killed and started again on the same data; <see cref="PostgresServer"/>'s goes with its process.</summary>
sealed class CrashableCluster : IAsyncDisposable
{
    readonly string _binaries;
    readonly string _folder = Directory.CreateTempSubdirectory("vigil-crash-").FullName;
    readonly int _port;
    Process? _server;

    CrashableCluster(string binaries)
    {
        _binaries = binaries;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _port = ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    internal string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres";

    /// <summary>A cluster that runs; null where this machine has no server binaries in the usual places.</summary>
    internal static async Task<CrashableCluster?> StartAsync(CancellationToken cancellationToken)
    {
        var folders = await PostgresBinaries.FindAsync(cancellationToken);
        if (folders.Count == 0 || OperatingSystem.IsWindows()) return null;
        var cluster = new CrashableCluster(folders[0]);
        // The server's own user must be able to make its data folder in ours.
        File.SetUnixFileMode(cluster._folder, (UnixFileMode)0b111_111_111);
        using (var made = cluster.Run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D", cluster.Data))
            await made.WaitForExitAsync(cancellationToken);
        await cluster.RestartAsync(cancellationToken);
        return cluster;
    }

    string Data => Path.Combine(_folder, "data");

    /// <summary>kill -9 of the server and of every process that it has.</summary>
    internal async Task KillAsync()
    {
        _server!.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    internal async Task RestartAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _server ??= Run("postgres", "-D", Data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}");
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException)
            {
                // Not up yet; or it refused to start beside a dying child of the killed server, and must be started again.
                if (_server.HasExited) _server = null;
                await Task.Delay(20, cancellationToken);
            }
        }
    }

    Process Run(string program, params string[] arguments)
    {
        // initdb and postgres refuse root.
        bool root = Environment.IsPrivilegedProcess;
        string command = Path.Combine(_binaries, program);
        var start = root
            ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", command, .. arguments])
            : new ProcessStartInfo(command, arguments);
        start.WorkingDirectory = _folder;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = Process.Start(start) ?? throw new Win32Exception($"{command} did not start");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
