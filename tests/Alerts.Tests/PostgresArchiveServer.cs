using System.Net;

namespace Vigil.Alerts.Tests;

/// <summary>Serves the published archive over HTTP on 127.0.0.1, as the Maven repository does, and counts the requests.</summary>
sealed class PostgresArchiveServer : IAsyncDisposable
{
    readonly HttpListener _listener;
    readonly Func<byte[], byte[]> _change;
    readonly string _folder;
    readonly Task _serving;

    PostgresArchiveServer(HttpListener listener, Uri address, string folder, Func<byte[], byte[]> change)
    {
        (_listener, Address, _folder, _change) = (listener, address, folder, change);
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public List<string> Requests { get; } = [];

    /// <summary>The archive's folder beside the repository, in the layout of a Maven repository, or null where it is absent.</summary>
    public static string? ArchiveFolder
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                string candidate = Path.Combine(folder.FullName, "..", "shared", "postgres");
                if (!File.Exists(Path.Combine(folder.FullName, "Vigil.slnx"))) continue;
                return Directory.Exists(candidate) ? Path.GetFullPath(candidate) : null;
            }
            return null;
        }
    }

    public static PostgresArchiveServer Start(string folder, Func<byte[], byte[]>? change = null)
    {
        for (int port = 20_000 + Environment.ProcessId % 10_000; ; port++)
        {
            var address = new Uri($"http://127.0.0.1:{port}/");
            var listener = new HttpListener { Prefixes = { address.ToString() } };
            try
            {
                listener.Start();
                return new(listener, address, folder, change ?? (bytes => bytes));
            }
            catch (HttpListenerException) when (port < 65_000) // taken: the next one
            {
                listener.Close();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            string path = context.Request.Url!.AbsolutePath.TrimStart('/');
            Requests.Add(path);
            string file = Path.Combine(_folder, path);
            if (File.Exists(file)) await context.Response.OutputStream.WriteAsync(_change(await File.ReadAllBytesAsync(file)));
            else context.Response.StatusCode = (int)HttpStatusCode.NotFound;
            context.Response.Close();
        }
    }
}
