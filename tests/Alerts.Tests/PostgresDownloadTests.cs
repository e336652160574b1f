using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Npgsql;
using Xunit;

namespace Vigil.Alerts.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class PostgresDownloadTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_pinned_archive_is_fetched_once_and_runs()
    {
        using var folder = new PostgresTestFolder();
        await using var repository = PostgresArchiveServer.Start(Archive());
        var said = new List<string>();

        await using (var first = await PostgresServer.FindOrStartAsync(Options(folder, repository.Address), said.Add, Cancellation))
        {
            Assert.StartsWith("18.", await VersionAsync(first), StringComparison.Ordinal);
        }
        await using (var second = await PostgresServer.FindOrStartAsync(Options(folder, repository.Address), said.Add, Cancellation))
        {
            Assert.StartsWith("18.", await VersionAsync(second), StringComparison.Ordinal);
        }
        Assert.EndsWith(".jar", Assert.Single(repository.Requests), StringComparison.Ordinal);
        Assert.Contains("downloading", said[0], StringComparison.Ordinal);
        Assert.Equal(3, said.Count);
    }

    [Fact]
    public async Task An_archive_with_another_hash_is_neither_kept_nor_unpacked()
    {
        using var folder = new PostgresTestFolder();
        await using var repository = PostgresArchiveServer.Start(Archive(), bytes => { bytes[^100] ^= 1; return bytes; });

        var error = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => PostgresServer.FindOrStartAsync(Options(folder, repository.Address), _ => { }, Cancellation));

        Assert.Contains("is pinned", error.Message, StringComparison.Ordinal);
        string[] kept = Directory.GetFiles(Cache(folder), "*", SearchOption.AllDirectories);
        Assert.All(kept, file => Assert.EndsWith(".lock", file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cache_that_was_altered_is_thrown_away_and_fetched_again()
    {
        using var folder = new PostgresTestFolder();
        await using var repository = PostgresArchiveServer.Start(Archive());
        var options = Options(folder, repository.Address);
        await using (await PostgresServer.FindOrStartAsync(options, _ => { }, Cancellation))
        {
        }
        string packed = Assert.Single(Directory.GetFiles(Cache(folder), "*.txz"));
        await File.AppendAllTextAsync(packed, "altered", Cancellation);

        await using (await PostgresServer.FindOrStartAsync(options, _ => { }, Cancellation))
        {
        }
        Assert.Equal(2, repository.Requests.Count);
    }

    [Fact]
    public async Task A_cache_that_others_may_write_is_refused()
    {
        using var folder = new PostgresTestFolder();
        File.SetUnixFileMode(Directory.CreateDirectory(Cache(folder)).FullName, (UnixFileMode)0b111_111_111);
        SkipUnlessPinned();

        var error = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => PostgresServer.FindOrStartAsync(Options(folder, new("http://127.0.0.1:1/")), _ => { }, Cancellation));
        Assert.Contains("may be written by other users", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_programs_that_start_at_once_share_one_download()
    {
        using var folder = new PostgresTestFolder();
        await using var repository = PostgresArchiveServer.Start(Archive());
        var servers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            Task.Run(() => PostgresServer.FindOrStartAsync(Options(folder, repository.Address), _ => { }, Cancellation), Cancellation)));
        foreach (var server in servers) await server.DisposeAsync();
        Assert.Single(repository.Requests);
    }

    static PostgresServerOptions Options(PostgresTestFolder folder, Uri repository) => new()
    {
        Sources = PostgresSources.Download,
        TemporaryFolder = folder.Path,
        DownloadCache = Cache(folder),
        MavenRepository = repository,
    };

    static string Cache(PostgresTestFolder folder) => Path.Combine(folder.Path, "cache");

    static string Archive()
    {
        SkipUnlessPinned();
        Assert.SkipUnless(PostgresArchiveServer.ArchiveFolder is not null, "the published archive does not lie in ../shared/postgres");
        return PostgresArchiveServer.ArchiveFolder;
    }

    static void SkipUnlessPinned() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "a hash is pinned for Linux on x64 only");

    static async Task<string> VersionAsync(PostgresServer server)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand("show server_version");
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
