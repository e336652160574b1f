namespace Vigil.Alerts;

/// <summary>The ways in which <see cref="PostgresServer"/> comes by a server, in the order in which they are tried.</summary>
[Flags]
public enum PostgresSources
{
    /// <summary>No way at all; finding a server then always fails.</summary>
    None = 0,

    /// <summary>A server that is already running, named by <see cref="PostgresServerOptions.ConnectionString"/>.</summary>
    Given = 1,

    /// <summary>Server binaries on this machine, run as a private cluster.</summary>
    Installed = 2,

    /// <summary>Debian's or Ubuntu's package, installed with apt-get; only as root.</summary>
    Package = 4,

    /// <summary>Published binaries, downloaded once into the user's cache and checked against a pinned hash.</summary>
    Download = 8,

    /// <summary>Every way, the default.</summary>
    All = Given | Installed | Package | Download,
}

/// <summary>How <see cref="PostgresServer"/> finds or starts Postgres.</summary>
public sealed class PostgresServerOptions
{
    /// <summary>The environment variable that <see cref="ConnectionString"/> is read from by default.</summary>
    public const string ConnectionStringVariable = "VIGIL_POSTGRES";

    /// <summary>
    /// Npgsql connection string of a server that is already running, or null to start a private one. The default is the value of
    /// <c>VIGIL_POSTGRES</c>. Whoever names a server wants that one: when it does not answer, nothing else is tried.
    /// </summary>
    public string? ConnectionString { get; init; } = Environment.GetEnvironmentVariable(ConnectionStringVariable);

    /// <summary>The ways that may be tried. The default is <see cref="PostgresSources.All"/>.</summary>
    public PostgresSources Sources { get; init; } = PostgresSources.All;

    /// <summary>
    /// Folder in which a private cluster makes its own folder, which only the server's user may enter. The default is the system's
    /// temporary folder. Where the server's user cannot write there, <c>/tmp</c> is used.
    /// </summary>
    public string TemporaryFolder { get; init; } = Path.GetTempPath();

    /// <summary>
    /// Folder that keeps downloaded binaries from one run to the next. The default is <c>vigil/postgres</c> in the user's cache
    /// (<c>$XDG_CACHE_HOME</c> or <c>~/.cache</c>), and <c>/var/cache/vigil/postgres</c> for root, because the server's user must read it.
    /// </summary>
    public string DownloadCache { get; init; } = PostgresDownload.DefaultCache;

    /// <summary>The Maven repository that publishes the binaries. The default is Maven Central.</summary>
    public Uri MavenRepository { get; init; } = new("https://repo1.maven.org/maven2");

    /// <summary>How long a private cluster may take from its first process to its first answer. The default is 60 seconds.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
