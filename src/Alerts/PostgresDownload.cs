using System.Security.Cryptography;
using MysticMind.PostgresEmbed;

namespace Vigil.Alerts;

/// <summary>
/// Real Postgres binaries without an installation: an archive of zonkyio/embedded-postgres-binaries from Maven Central, 15 MB, fetched
/// and unpacked by MysticMind.PostgresEmbed. That package believes whatever the repository says of the archive, so the archive is held
/// to a hash pinned here before the package sees it, and what lies in the cache is held to it again before each use.
/// </summary>
static class PostgresDownload
{
    const string Version = "18.3.0";

    // SHA-256 of the published archive and of the packed binaries in it, by the publisher's name of the platform.
    // A platform is added by adding its hashes, taken from a download that was checked by other means.
    static readonly Dictionary<string, PinnedArchive> _pins = new(StringComparer.Ordinal)
    {
        ["linux-amd64"] = new(
            Jar: "1974c3a59c3ae010e9818e81637e425aad94eaac26e4ef533b42e081fe7ca345",
            Txz: "e09b13df10e9df257275d498b19b8c214a3e86d7a5d8cd263b0860e308e8b0b6"),
    };

    /// <summary>The user's cache folder, or for root one that the server's user may read.</summary>
    public static string DefaultCache => Environment.IsPrivilegedProcess
        ? "/var/cache/vigil/postgres"
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "vigil", "postgres");

    /// <summary>Puts the binaries into the cache unless they are there, and returns the folder of the programs.</summary>
    /// <exception cref="PostgresUnavailableException">No hash is pinned here, or the archive has another one or cannot be had.</exception>
    public static async Task<string> InstallAsync(PostgresServerOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        try
        {
            string platform = PgPlatform.Detect().ArtifactName;
            if (!_pins.TryGetValue(platform, out var pin))
            {
                throw new PostgresUnavailableException(
                    $"no hash is pinned for {platform}, so nothing is downloaded (only for {string.Join(", ", _pins.Keys)})");
            }

            string cache = PrivateCache(options.DownloadCache);
            await using var turn = await TakeTurnAsync(Path.Combine(cache, "vigil.lock"), cancellationToken).ConfigureAwait(false);
            using var client = new HttpClient(new PostgresArchiveCheck(pin.Jar));
            var package = Package(options, cache, client);
            string archive = Path.Combine(cache, $"embedded-postgres-binaries-{platform}-{Version}");
            if (!await HoldsPinnedAsync(archive, pin, cancellationToken).ConfigureAwait(false))
            {
                Discard(archive, package.InstallDir);
                say($"Postgres: no server on this machine; downloading PostgreSQL {Version} (15 MB, once) " +
                    $"from {options.MavenRepository.Host} to {cache}");
            }
            await package.InstallAsync(cancellationToken).ConfigureAwait(false);
            return Path.Combine(package.InstallDir, "bin");
        }
        catch (Exception error) when (error is PostgresEmbedException or UnsupportedPlatformException or HttpRequestException or IOException
            or UnauthorizedAccessException or InvalidDataException)
        {
            throw new PostgresUnavailableException($"{options.MavenRepository.Host}: {error.GetBaseException().Message}", error);
        }
    }

    static PgServer Package(PostgresServerOptions options, string cache, HttpClient client) => new(new PgServerOptions
    {
        PgVersion = Version,
        BinariesDir = cache,
        DbDir = cache,
        MavenRepo = options.MavenRepository.ToString().TrimEnd('/'),
        HttpClient = client,
        DownloadRetryCount = 1,
    });

    static async Task<bool> HoldsPinnedAsync(string archive, PinnedArchive pin, CancellationToken cancellationToken) =>
        await HasHashAsync(archive + ".jar", pin.Jar, cancellationToken).ConfigureAwait(false)
        && await HasHashAsync(archive + ".txz", pin.Txz, cancellationToken).ConfigureAwait(false);

    static async Task<bool> HasHashAsync(string file, string sha256, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) return false;
        await using var stream = File.OpenRead(file);
        byte[] hash = await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
        return Convert.ToHexStringLower(hash) == sha256;
    }

    // What does not come from the pinned archive is not run, whoever put it there.
    static void Discard(string archive, string installFolder)
    {
        File.Delete(archive + ".jar");
        File.Delete(archive + ".txz");
        if (Directory.Exists(installFolder)) Directory.Delete(installFolder, recursive: true);
    }

    // Two programs may start at once on a machine without binaries: the second must not discard what the first has half downloaded.
    static async Task<FileStream> TakeTurnAsync(string file, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(file)) // another process has it
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // The unpacked programs are not hashed again on later runs: instead nobody else may write where they lie.
    static string PrivateCache(string folder)
    {
        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        const UnixFileMode Readable =
            UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows()) return Directory.CreateDirectory(folder).FullName;

        var mode = Environment.IsPrivilegedProcess ? Own | Readable : Own;
        var cache = Directory.CreateDirectory(folder, mode);
        if ((cache.UnixFileMode & Others) != 0)
            throw new PostgresUnavailableException($"{cache.FullName} may be written by other users; 'chmod go-w' it or remove it");
        return cache.FullName;
    }

    sealed record PinnedArchive(string Jar, string Txz);
}
