using System.Text.RegularExpressions;
using Npgsql;
using Xunit;

namespace Vigil.Alerts.Tests;

public sealed partial class MigrationsTests(Database database)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static string[] Scripts =>
    [
        .. typeof(Migrations).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void The_scripts_are_embedded_and_numbered_without_a_gap()
    {
        Assert.NotEmpty(Scripts);
        Assert.All(Scripts, name => Assert.Matches(ScriptName(), name));
        Assert.Equal(Enumerable.Range(1, Scripts.Length), Scripts.Select(name => int.Parse(name[..4], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_first_run_applies_every_script_in_order_and_a_second_none()
    {
        string own = await database.CreateAsync();
        Assert.Equal(Scripts, await Migrations.RunAsync(own, Cancellation));
        Assert.Empty(await Migrations.RunAsync(own, Cancellation));
    }

    [Fact]
    public async Task A_server_that_is_lost_while_a_service_starts_is_said_in_one_line()
    {
        using var proxy = new FaultProxy(database.Shared, Fault.LoseAnswer, marker: Migrations.Journal);
        var thrown = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => Migrations.EnsureAsync(new AlertsOptions { ConnectionString = proxy.ConnectionString }, Cancellation));
        Assert.Contains("does not answer", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processes_that_start_together_apply_each_script_once()
    {
        string own = await database.CreateAsync();
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Migrations.RunAsync(own, Cancellation), Cancellation)));

        Assert.Equal(Scripts, applied.SelectMany(names => names));
        Assert.Equal(Scripts.Length, await Database.QueryAsync<long>(own, $"SELECT count(*) FROM {Migrations.Journal}"));
    }

    [Fact]
    public async Task A_script_that_fails_leaves_nothing_behind_and_is_named()
    {
        string own = await database.CreateAsync();
        await Database.ExecuteAsync(own, "CREATE TABLE dead_letter (x int)");

        var thrown = await Assert.ThrowsAsync<PostgresUnavailableException>(() => Migrations.RunAsync(own, Cancellation));

        Assert.Contains("0003_dead_letter.sql", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(2L, await Database.QueryAsync<long>(own, $"SELECT count(*) FROM {Migrations.Journal}"));
    }

    [Fact]
    public async Task Every_table_has_a_comment()
    {
        Assert.Equal(0L, await Database.QueryAsync<long>(database.Shared, """
            SELECT count(*) FROM pg_class WHERE relname IN ('alert', 'partition_cursor', 'dead_letter') AND relkind = 'r' AND obj_description(oid) IS NULL
            """));
    }

    [Theory]
    [InlineData("nonsense", "cannot be read")]
    [InlineData("Username=vigil;Database=vigil", "names no Host")]
    [InlineData("Host=127.0.0.1;Port=1;Username=vigil;Password=hush", "does not answer")]
    public async Task A_server_that_cannot_be_used_is_named_in_one_line_without_its_password(string connectionString, string found)
    {
        var thrown = await Assert.ThrowsAsync<PostgresUnavailableException>(() => Migrations.RunAsync(connectionString, Cancellation));
        Assert.Contains(found, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("VIGIL_POSTGRES", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', thrown.Message);
    }

    [Fact]
    public async Task A_missing_database_and_a_missing_schema_are_told_apart()
    {
        string absent = new NpgsqlConnectionStringBuilder(database.Server) { Database = "nowhere" }.ConnectionString;
        Assert.Contains("has no such database", (await CheckAsync(absent)).Message, StringComparison.Ordinal);
        Assert.Contains("vigil migrate", (await CheckAsync(await database.CreateAsync())).Message, StringComparison.Ordinal);
        await Migrations.EnsureAsync(new AlertsOptions { ConnectionString = database.Shared, Migrate = false }, Cancellation);
    }

    [Fact]
    public async Task A_wrong_password_is_told()
    {
        await Database.ExecuteAsync(database.Server, "CREATE ROLE stranger LOGIN PASSWORD 'right'");
        string wrong = new NpgsqlConnectionStringBuilder(database.Shared) { Username = "stranger", Password = "wrong" }.ConnectionString;
        Assert.Contains("refused the user", (await CheckAsync(wrong)).Message, StringComparison.Ordinal);
    }

    static Task<PostgresUnavailableException> CheckAsync(string connectionString) => Assert.ThrowsAsync<PostgresUnavailableException>(
        () => Migrations.EnsureAsync(new AlertsOptions { ConnectionString = connectionString, Migrate = false }, Cancellation));

    [GeneratedRegex("^[0-9]{4}_[a-z_]+\\.sql$")]
    internal static partial Regex ScriptName();
}
