using System.Globalization;
using System.Runtime.Versioning;
using Npgsql;
using Xunit;

namespace Vigil.Alerts.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class PostgresServerTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_private_cluster_answers_and_is_gone_with_its_folder_when_disposed()
    {
        using var folder = new PostgresTestFolder();
        var said = new List<string>();
        var server = await PostgresServer.FindOrStartAsync(folder.PrivateCluster(), said.Add, Cancellation);

        Assert.True(server.IsPrivate);
        Assert.Equal(1L, await ScalarAsync(server.ConnectionString, "select 1::bigint"));
        Assert.Equal($"Postgres: {server.Origin}", said[^1]); // what came before, if anything, announced an installation or a download
        string password = new NpgsqlConnectionStringBuilder(server.ConnectionString).Password!;
        Assert.All(said, line => Assert.DoesNotContain(password, line, StringComparison.Ordinal));

        string own = Assert.Single(Directory.GetDirectories(folder.Path));
        int pid = int.Parse(File.ReadLines(Path.Combine(own, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        Assert.True(PostgresTestFolder.IsAlive(pid));

        await server.DisposeAsync();
        Assert.False(PostgresTestFolder.IsAlive(pid));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Two_private_clusters_run_side_by_side()
    {
        using var folder = new PostgresTestFolder();
        var starting = Enumerable.Range(0, 2).Select(_ => PostgresServer.FindOrStartAsync(folder.PrivateCluster(), _ => { }, Cancellation));
        var servers = await Task.WhenAll(starting);
        try
        {
            foreach (var server in servers) await ScalarAsync(server.ConnectionString, "create table mine (id int)");
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Nobody_else_may_enter_a_private_cluster()
    {
        using var folder = new PostgresTestFolder();
        await using var server = await PostgresServer.FindOrStartAsync(folder.PrivateCluster(), _ => { }, Cancellation);

        var guess = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "guess" };
        var error = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(guess.ConnectionString, "select 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);

        string own = Assert.Single(Directory.GetDirectories(folder.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(own));
        Assert.Equal("127.0.0.1", await ScalarAsync(server.ConnectionString, "select current_setting('listen_addresses')"));
        Assert.Equal("", await ScalarAsync(server.ConnectionString, "select current_setting('unix_socket_directories')"));
    }

    [Fact]
    public async Task A_named_server_is_used_and_left_running()
    {
        using var folder = new PostgresTestFolder();
        await using var running = await PostgresServer.FindOrStartAsync(folder.PrivateCluster(), _ => { }, Cancellation);

        var named = await PostgresServer.FindOrStartAsync(new() { ConnectionString = running.ConnectionString }, _ => { }, Cancellation);
        Assert.False(named.IsPrivate);
        await named.DisposeAsync();
        Assert.Equal(1, await ScalarAsync(running.ConnectionString, "select 1"));
    }

    [Fact]
    public async Task A_named_server_that_does_not_answer_is_an_error_and_nothing_else_is_tried()
    {
        var options = new PostgresServerOptions { ConnectionString = "Host=127.0.0.1;Port=1;Username=x;Timeout=2" };
        var error = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => PostgresServer.FindOrStartAsync(options, _ => Assert.Fail("nothing was found"), Cancellation));
        Assert.Contains("VIGIL_POSTGRES", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_message_names_every_way_with_its_reason()
    {
        var options = new PostgresServerOptions { ConnectionString = null, Sources = PostgresSources.None };
        var error = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => PostgresServer.FindOrStartAsync(options, _ => { }, Cancellation));
        Assert.All(["VIGIL_POSTGRES", "server binaries", "apt-get install postgresql", "downloaded once"],
            way => Assert.Contains(way, error.Message, StringComparison.Ordinal));
    }

    static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
