using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Vigil.Alerts.Tests;

/// <summary>What the proxy does to the first request that carries the marker.</summary>
enum Fault
{
    /// <summary>The server never sees it, and the client's connection is reset.</summary>
    LoseRequest,
    /// <summary>The server answers, the client's connection is reset instead.</summary>
    LoseAnswer,
    /// <summary>The client gets the answer but for its last message, ReadyForQuery, which says that the server has committed.</summary>
    LoseLastWord,
    /// <summary>The client's connection is reset at once, while the server goes on with the request.</summary>
    LoseClient,
    /// <summary>The request does not arrive, nothing passes any more, and nobody is told.</summary>
    Stall,
    /// <summary>The request arrives; of the answer nothing does, and nobody is told.</summary>
    HalfOpen,
    /// <summary>The request arrives later.</summary>
    Delay,
}

/// <summary>A TCP proxy before Postgres that spoils one request, and one more whenever it is armed again, and passes everything else on.</summary>
sealed class FaultProxy : IDisposable
{
    const int ReadyForQueryLength = 6;
    static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(1_500);
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly string _target;
    readonly byte[] _marker;
    Fault _fault;
    volatile TaskCompletionSource? _armed; // Null unless the next request is to be spoilt.

    internal FaultProxy(string connectionString, string marker)
    {
        (_target, _marker) = (connectionString, Encoding.UTF8.GetBytes(marker));
        _listener.Start();
        _ = AcceptAsync();
    }

    internal FaultProxy(string connectionString, Fault fault, string marker)
        : this(connectionString, marker) => _ = Arm(fault);

    internal string ConnectionString => new NpgsqlConnectionStringBuilder(_target)
    {
        Host = "127.0.0.1",
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
        SslMode = SslMode.Disable,
    }.ConnectionString;

    internal bool HasStruck => _armed is null;

    /// <summary>Spoils the next request that carries the marker.</summary>
    /// <returns>Ends when it meets one.</returns>
    internal Task Arm(Fault fault)
    {
        var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_fault, _armed) = (fault, armed);
        return armed.Task;
    }

    async Task AcceptAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(_target);
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            _ = ServeAsync(client, server.Host!, server.Port);
        }
    }

    async Task ServeAsync(TcpClient client, string host, int port)
    {
        using (client)
        using (var server = new TcpClient())
        {
            var connection = new Connection(client, server);
            try
            {
                await server.ConnectAsync(host, port, _stop.Token);
                await Task.WhenAny(ToServerAsync(connection), ToClientAsync(connection));
                // A server whose client went away may still be at work; it is left alone until the test ends.
                if (connection.Struck is Fault.LoseClient or Fault.Stall or Fault.HalfOpen) await Task.Delay(Timeout.Infinite, _stop.Token);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // A connection that ends is what the proxy is for.
            }
        }
    }

    async Task ToServerAsync(Connection connection)
    {
        byte[] buffer = new byte[1 << 20];
        while (await connection.Client.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var length)
        {
            var armed = buffer.AsSpan(0, length).IndexOf(_marker) >= 0 ? Interlocked.Exchange(ref _armed, null) : null;
            Fault? fault = armed is null ? null : _fault;
            connection.Struck = fault ?? connection.Struck;
            armed?.SetResult();
            if (fault == Fault.LoseRequest)
            {
                connection.Reset();
                return;
            }
            if (fault == Fault.Stall) await Task.Delay(Timeout.Infinite, _stop.Token);
            if (fault == Fault.Delay) await Task.Delay(s_delay, _stop.Token);
            await connection.Server.GetStream().WriteAsync(buffer.AsMemory(0, length), _stop.Token);
            if (fault == Fault.LoseClient)
            {
                connection.Reset();
                return;
            }
        }
    }

    async Task ToClientAsync(Connection connection)
    {
        byte[] buffer = new byte[1 << 20];
        while (await connection.Server.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var length)
        {
            if (connection.Struck == Fault.LoseAnswer)
            {
                connection.Reset();
                return;
            }
            if (connection.Struck == Fault.HalfOpen) await Task.Delay(Timeout.Infinite, _stop.Token);
            if (connection.Struck == Fault.LoseLastWord && buffer[length - ReadyForQueryLength] == 'Z')
            {
                await connection.Client.GetStream().WriteAsync(buffer.AsMemory(0, length - ReadyForQueryLength), _stop.Token);
                connection.Client.Client.Shutdown(SocketShutdown.Send);
                return;
            }
            await connection.Client.GetStream().WriteAsync(buffer.AsMemory(0, length), _stop.Token);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    sealed record Connection(TcpClient Client, TcpClient Server)
    {
        internal Fault? Struck;

        internal void Reset()
        {
            Client.LingerState = new LingerOption(true, 0);
            Client.Close();
        }
    }
}
