using Npgsql;
using Xunit;

namespace Vigil.Alerts.Tests;

public sealed class RolesTests(Database database)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_role_holds_these_rights_and_no_others()
    {
        Assert.Equal(
            [
                "vigil_reader: alert SELECT", "vigil_reader: dead_letter SELECT", "vigil_reader: dead_letter_replay SELECT",
                "vigil_reader: partition_cursor SELECT", "vigil_reader: schema_migration SELECT",
                "vigil_writer: alert INSERT", "vigil_writer: alert SELECT (alert_id, partition, record_offset, stream_id, topic)",
                "vigil_writer: dead_letter INSERT", "vigil_writer: dead_letter SELECT (partition, record_offset, stream_id, topic)",
                "vigil_writer: partition_cursor INSERT, SELECT, UPDATE", "vigil_writer: schema_migration SELECT",
                "vigil_writer: snapshot_chunk DELETE, INSERT, SELECT",
            ],
            await Database.QueryAsync<string[]>(database.Shared, """
                SELECT array_agg(line ORDER BY line COLLATE "C") FROM (
                    SELECT format('%s: %s %s', r.rolname, c.relname, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type)) AS line
                      FROM pg_class AS c, aclexplode(c.relacl) AS a JOIN pg_roles AS r ON r.oid = a.grantee
                     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND r.oid <> c.relowner GROUP BY r.rolname, c.relname
                    UNION ALL
                    SELECT format('%s: %s %s (%s)', r.rolname, c.relname, a.privilege_type, string_agg(t.attname, ', ' ORDER BY t.attname))
                      FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid, aclexplode(t.attacl) AS a JOIN pg_roles AS r ON r.oid = a.grantee
                     WHERE c.relnamespace = 'public'::regnamespace GROUP BY r.rolname, c.relname, a.privilege_type) AS lines
                """));
    }

    [Fact]
    public async Task Every_table_belongs_to_vigil_admin()
    {
        Assert.Equal(["vigil_admin"], await Database.QueryAsync<string[]>(database.Shared, """
            SELECT array_agg(DISTINCT pg_get_userbyid(relowner)::text) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
            """));
    }

    [Fact]
    public async Task A_writer_claims_and_flushes()
    {
        string own = await database.CreateMigratedAsync();
        await using var sink = Database.NewSink(await UserAsync(own, "vigil_writer"));
        var claim = await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);

        Assert.Equal(FlushOutcome.Flushed, await sink.FlushAsync(Scored.Batch(claim, 0, 10), Cancellation));
        await Scored.AssertStoredAsync(own, claim.Partition, 10);
        await sink.BuryAsync([Scored.DeadLetter(claim.Partition with { Topic = "fraud-labels" }, 3)], Cancellation);
    }

    [Theory]
    [InlineData("SELECT card_token FROM alert")]
    [InlineData("SELECT amount, merchant_id FROM alert")]
    [InlineData("SELECT raw FROM dead_letter")]
    [InlineData("SELECT * FROM dead_letter_replay")]
    [InlineData("UPDATE alert SET score = 0")]
    [InlineData("DELETE FROM alert")]
    [InlineData("DELETE FROM dead_letter")]
    [InlineData("DELETE FROM partition_cursor")]
    [InlineData("TRUNCATE partition_cursor")]
    [InlineData("INSERT INTO schema_migration (scriptname, applied) VALUES ('9999_x.sql', now())")]
    [InlineData("ALTER TABLE alert ADD COLUMN x int")]
    [InlineData("DROP TABLE alert")]
    [InlineData("CREATE TABLE x (y int)")]
    [InlineData("SET ROLE vigil_admin")]
    [InlineData("SET ROLE vigil_reader")]
    public async Task A_writer_may_not(string sql) => await AssertRefusedAsync("vigil_writer", sql);

    [Theory]
    [InlineData("INSERT INTO partition_cursor (stream_id, topic, partition, epoch, next_offset) VALUES ('s', 't', 0, 1, 0)")]
    [InlineData("UPDATE partition_cursor SET next_offset = 0")]
    [InlineData("UPDATE alert SET score = 0")]
    [InlineData("DELETE FROM dead_letter")]
    [InlineData(
        "INSERT INTO dead_letter_replay (stream_id, topic, partition, record_offset, attempt, requested_by, corrected) "
        + "VALUES ('s', 't', 0, 0, 1, 'x', false)")]
    [InlineData("SELECT bytes FROM snapshot_chunk")]
    [InlineData("CREATE TABLE x (y int)")]
    [InlineData("SET ROLE vigil_writer")]
    public async Task A_reader_may_not(string sql) => await AssertRefusedAsync("vigil_reader", sql);

    [Fact]
    public async Task A_reader_reads_alerts_counts_and_dead_letters_and_is_told_that_it_may_not_replay()
    {
        var options = new AlertsOptions { ConnectionString = await UserAsync(database.Shared, "vigil_reader") };
        await using var reader = new AlertReader(options);
        await reader.LatestAsync("any", 1, Cancellation);
        await reader.CountAsync("any", Cancellation);
        await using var store = new DeadLetterStore(options);
        await store.LatestAsync(new(), 1, Cancellation);
        var thrown = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => store.BeginReplayAsync(Scored.DeadLetter(Database.NewPartition(), 3), new("ana", false, false), Cancellation));
        Assert.Contains("vigil_admin", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_of_the_database_that_is_no_superuser_migrates_it_and_is_told_what_it_lacks()
    {
        string name = $"vigil_owned_{Environment.ProcessId}", user = $"{name}_owner";
        await Database.ExecuteAsync(database.Server, $"CREATE ROLE {user} LOGIN PASSWORD 'secret'");
        await Database.ExecuteAsync(database.Server, $"CREATE DATABASE {name} OWNER {user}");
        var owner = new NpgsqlConnectionStringBuilder(database.Server) { Database = name, Username = user, Password = "secret", Pooling = false };
        string own = owner.ConnectionString;
        var thrown = await Assert.ThrowsAsync<PostgresUnavailableException>(() => Migrations.RunAsync(own, Cancellation));
        Assert.Contains($"GRANT vigil_admin TO {user}", thrown.Message, StringComparison.Ordinal);

        await Database.ExecuteAsync(database.Server, $"GRANT vigil_admin TO {user}");
        await Migrations.RunAsync(own, Cancellation);
        await Migrations.EnsureAsync(new AlertsOptions { ConnectionString = own, Migrate = false }, Cancellation);
        await using var sink = Database.NewSink(await UserAsync(own, "vigil_writer"));
        await sink.ClaimAsync(Database.NewPartition(), cancellationToken: Cancellation);
    }

    [Fact]
    public async Task A_service_without_the_right_to_migrate_starts_on_tables_that_are_up_to_date_and_says_what_is_missing_on_others()
    {
        string own = await database.CreateMigratedAsync();
        var writer = new AlertsOptions { ConnectionString = await UserAsync(own, "vigil_writer") };
        await Migrations.EnsureAsync(writer, Cancellation);

        await Database.ExecuteAsync(own, $"DELETE FROM {Migrations.Journal} WHERE scriptname LIKE '0006%'");
        var behind = await Assert.ThrowsAsync<PostgresUnavailableException>(() => Migrations.EnsureAsync(writer, Cancellation));
        Assert.Contains("lacks 0006_roles.sql", behind.Message, StringComparison.Ordinal);
        Assert.Contains("may not create tables", behind.Message, StringComparison.Ordinal);
        var told = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => Migrations.EnsureAsync(new AlertsOptions { ConnectionString = own, Migrate = false }, Cancellation));
        Assert.Contains("is told not to migrate", told.Message, StringComparison.Ordinal);
        await Migrations.EnsureAsync(new AlertsOptions { ConnectionString = own }, Cancellation);
        await Migrations.EnsureAsync(writer, Cancellation);

        var stranger = new AlertsOptions { ConnectionString = await UserAsync(own, null) };
        var refused = await Assert.ThrowsAsync<PostgresUnavailableException>(() => Migrations.EnsureAsync(stranger, Cancellation));
        Assert.Contains("GRANT vigil_writer TO", refused.Message, StringComparison.Ordinal);
    }

    async Task AssertRefusedAsync(string role, string sql)
    {
        string user = await UserAsync(database.Shared, role);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Database.ExecuteAsync(user, sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    /// <summary>The connection of a new user, a member of the role, or of none.</summary>
    async Task<string> UserAsync(string connectionString, string? role)
    {
        string user = $"user_{Guid.NewGuid():N}";
        await Database.ExecuteAsync(database.Server, $"CREATE ROLE {user} LOGIN PASSWORD 'secret' {(role is null ? "" : $"IN ROLE {role}")}");
        return new NpgsqlConnectionStringBuilder(connectionString) { Username = user, Password = "secret", Pooling = false }.ConnectionString;
    }
}
