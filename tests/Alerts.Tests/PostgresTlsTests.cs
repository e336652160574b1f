using Npgsql;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Alerts.Tests;

/// <summary>A server of its own that speaks TLS, with a certificate of the test's own authority.</summary>
public sealed class PostgresTlsTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_way_to_the_server_is_encrypted_its_name_is_checked_and_the_password_comes_from_a_file_that_may_change()
    {
        string folder = Directory.CreateTempSubdirectory("vigil-tls-").FullName;
        using var certificates = new TestCertificates(folder);
        await using var server = await PostgresServer.FindOrStartAsync(
            new PostgresServerOptions { ConnectionString = null, Sources = PostgresSources.All & ~PostgresSources.Given }, _ => { }, Cancellation);
        await SwitchTlsOnAsync(server.ConnectionString, certificates.Issue("postgres"));
        await Migrations.RunAsync(server.ConnectionString, Cancellation);
        await Database.ExecuteAsync(server.ConnectionString, "CREATE ROLE scorer LOGIN PASSWORD 'first' IN ROLE vigil_writer");
        string passwordFile = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(passwordFile, "first\n", Cancellation);

        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Username = "scorer",
            Password = null,
            SslMode = SslMode.VerifyFull,
            RootCertificate = certificates.AuthorityFile,
            Pooling = false,
        };
        var options = new AlertsOptions { ConnectionString = settings.ConnectionString, PasswordFile = passwordFile };
        await Migrations.EnsureAsync(options, Cancellation);
        Assert.True(await Database.QueryAsync<bool>(
            new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Password = "first" }.ConnectionString,
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"));
        await using var sink = new AlertSink(
            options, new AlertsTelemetry(new Meters()), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<AlertSink>.Instance);
        await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);

        await Database.ExecuteAsync(server.ConnectionString, "ALTER ROLE scorer PASSWORD 'second'");
        await File.WriteAllTextAsync(passwordFile, "second\n", Cancellation);
        await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);

        using var others = new TestCertificates(Directory.CreateDirectory(Path.Combine(folder, "others")).FullName);
        settings.RootCertificate = others.AuthorityFile;
        var thrown = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => Migrations.EnsureAsync(new AlertsOptions { ConnectionString = settings.ConnectionString, PasswordFile = passwordFile }, Cancellation));
        Assert.Contains("certificate", thrown.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("second", thrown.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_password_file_that_is_not_there_is_told_in_words()
    {
        var options = new AlertsOptions { ConnectionString = "Host=127.0.0.1;Port=1;Username=vigil", PasswordFile = "/no/such/file" };
        var thrown = await Assert.ThrowsAsync<PostgresUnavailableException>(() => Migrations.EnsureAsync(options, Cancellation));
        Assert.Contains("/no/such/file", thrown.Message, StringComparison.Ordinal);
    }

    /// <summary>The server writes the files itself, so that they are its user's, and the key nobody else's.</summary>
    static async Task SwitchTlsOnAsync(string server, (string Certificate, string Key) files)
    {
        foreach (var (name, source) in new[] { ("server.crt", files.Certificate), ("server.key", files.Key) })
        {
            string lines = (await File.ReadAllTextAsync(source, Cancellation)).Replace("\n", "\\n", StringComparison.Ordinal);
            await Database.ExecuteAsync(server, $"COPY (SELECT 1) TO PROGRAM $program$cat > /dev/null; umask 077; printf '%b' '{lines}' > {name}$program$");
        }
        await Database.ExecuteAsync(server, "ALTER SYSTEM SET ssl = on");
        await Database.ExecuteAsync(server, "SELECT pg_reload_conf()");
        while (!await Database.QueryAsync<bool>(server, "SELECT current_setting('ssl')::boolean")) await Task.Delay(50, Cancellation);
        NpgsqlConnection.ClearAllPools();
    }
}
