using Npgsql;
using Vigil.Alerts.Tests;
using Vigil.Model;
using Xunit;

namespace Vigil.Faults.Tests;

/// <summary>
/// What a run disturbs: a broker, a Postgres behind a proxy, a disk of snapshots and workers; and what scores the same log undisturbed afterwards. All of its
/// own, and gone with it; its folder stays where a run has failed.
/// </summary>
sealed class FaultSystem : IAsyncDisposable
{
    internal const string Transactions = "card-transactions", Labels = "fraud-labels", Activity = "merchant-activity";

    /// <summary>Where the disturbed workers and the undisturbed one publish every score.</summary>
    internal const string Scores = "card-scores", UndisturbedScores = "undisturbed-scores";

    const int Partitions = 6, Workers = 4, WorkersAtFirst = 3;

    /// <summary>So short that in a run of a minute many steps close, labels come into effect and partitions see each other's activity.</summary>
    internal static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    readonly string _folder;
    readonly List<IDisposable> _owned = [];

    FaultSystem(string folder, FaultBroker broker, CrashableCluster cluster) => (_folder, Broker, Cluster) = (folder, broker, cluster);

    internal FaultBroker Broker { get; }

    internal CrashableCluster Cluster { get; }

    /// <summary>Between the workers and Postgres.</summary>
    internal FaultProxy Proxy { get; private set; } = null!;

    internal SnapshotDisk Disk { get; private set; } = null!;

    internal IReadOnlyList<Worker> Pool { get; private set; } = [];

    /// <summary>The database that the disturbed workers store into, without the proxy.</summary>
    internal string Disturbed => DatabaseOf("disturbed");

    /// <summary>The database of the undisturbed run.</summary>
    internal string Undisturbed => DatabaseOf("undisturbed");

    /// <summary>Whether what the workers said is kept.</summary>
    internal bool KeepsFolder { get; set; } = true;

    /// <summary>Starts everything; the test is skipped where this machine has no Kafka or no Postgres of its own.</summary>
    internal static async Task<FaultSystem> StartAsync(CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("vigil-faults-").FullName;
        var broker = await FaultBroker.StartAsync(Path.Combine(folder, "kafka"));
        var cluster = await CrashableCluster.StartAsync(cancellationToken);
        Assert.SkipWhen(cluster is null, "needs the binaries of a Postgres server that the test can kill");
        var system = new FaultSystem(folder, broker, cluster);
        await broker.CreateTopicsAsync((Transactions, Partitions), (Labels, 1), (Activity, 1), (Scores, Partitions), (UndisturbedScores, Partitions));
        await using (var database = NpgsqlDataSource.Create(cluster.ConnectionString))
        {
            await using (var create = database.CreateCommand("CREATE DATABASE disturbed")) await create.ExecuteNonQueryAsync(cancellationToken);
            await using (var create = database.CreateCommand("CREATE DATABASE undisturbed")) await create.ExecuteNonQueryAsync(cancellationToken);
        }
        system.Prepare();
        return system;
    }

    /// <summary>Waits until every partition has an owner, so that no fault strikes before there is something to disturb.</summary>
    internal async Task UntilOwnedAsync(CancellationToken cancellationToken)
    {
        while (!await Stored.IsMigratedAsync(Disturbed) || (await Stored.CursorsAsync(Disturbed)).Count < Partitions) await Task.Delay(100, cancellationToken);
    }

    /// <summary>How many records are behind the cursors; null while Postgres is away.</summary>
    internal Task<long?> CountStoredAsync() => CountStoredAsync(Disturbed);

    static async Task<long?> CountStoredAsync(string database)
    {
        try
        {
            return (await Stored.CursorsAsync(database)).Sum(cursor => cursor.NextOffset);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>
    /// Waits until every record is behind a cursor, or no cursor has moved for so long that none will; the checker then says what is missing.
    /// </summary>
    internal async Task UntilScoredAsync(string database, CancellationToken cancellationToken)
    {
        long end = KafkaLog.Ends(Broker.Address, Transactions).Values.Sum(), seen = -1;
        for (var since = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(since) < s_patience; await Task.Delay(200, cancellationToken))
        {
            if (await CountStoredAsync(database) is not { } next) continue;
            if (next >= end) return;
            if (next != seen) (seen, since) = (next, TimeProvider.System.GetTimestamp());
        }
    }

    /// <summary>Has every worker drain and leave.</summary>
    internal Task StopAsync() => Task.WhenAll(Pool.Select(worker => worker.StopAsync()));

    /// <summary>Scores the same topics once more: one process in a group of its own, without snapshots, into a fresh database.</summary>
    internal async Task ScoreUndisturbedAsync(CancellationToken cancellationToken)
    {
        var settings = Settings(Undisturbed);
        settings["Vigil__Kafka__Group"] = "undisturbed";
        settings["Vigil__Kafka__ScoresTopic"] = UndisturbedScores;
        var worker = new Worker("undisturbed", _folder, settings);
        worker.Start();
        while (!await Stored.IsMigratedAsync(Undisturbed)) await Task.Delay(200, cancellationToken);
        await UntilScoredAsync(Undisturbed, cancellationToken);
        await worker.StopAsync();
        Assert.Empty(worker.Failures);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in Pool.Where(worker => worker.IsWanted)) await worker.StopAsync();
        foreach (var owned in _owned) owned.Dispose();
        NpgsqlConnection.ClearAllPools();
        await Cluster.DisposeAsync();
        await Broker.DisposeAsync();
        if (!KeepsFolder && Environment.GetEnvironmentVariable("VIGIL_FAULTS_KEEP") is null) Directory.Delete(_folder, recursive: true);
        else TestContext.Current.TestOutputHelper?.WriteLine($"What the workers said is in {_folder}");
    }

    void Prepare()
    {
        Proxy = new FaultProxy(Disturbed, Transactions); // every claim and every flush names the topic
        Disk = new SnapshotDisk(Path.Combine(_folder, "snapshots"));
        _owned.AddRange([Proxy, Disk]);
        var checkpoint = Checkpoint.Load(new ScoringOptions().Checkpoint);
        var manifest = checkpoint.Manifest;
        Checkpoint.Create(manifest with { Features = manifest.Features with { StepLength = Step } }, checkpoint.Weights).Save(Path.Combine(_folder, "model"));
        var settings = Settings(Proxy.ConnectionString);
        settings["Vigil__Kafka__Group"] = "disturbed";
        settings["Vigil__Kafka__ScoresTopic"] = Scores;
        settings["Vigil__Snapshots__Folder"] = Disk.Folder;
        settings["Vigil__Snapshots__Interval"] = "00:00:03";
        Pool = [.. Enumerable.Range(0, Workers).Select(number => new Worker($"worker-{number}", _folder, settings))];
        foreach (var worker in Pool.Take(WorkersAtFirst)) worker.Start();
    }

    Dictionary<string, string> Settings(string database) => new()
    {
        ["VIGIL_POSTGRES"] = database,
        ["Vigil__Kafka__BootstrapServers"] = Broker.Address,
        ["Vigil__Kafka__Client__session_timeout_ms"] = $"{FaultBroker.Session.TotalMilliseconds}",
        ["Vigil__Kafka__Client__heartbeat_interval_ms"] = "500",
        ["Vigil__Kafka__Client__reconnect_backoff_max_ms"] = "500",
        ["Vigil__Alerts__AttemptTimeout"] = "00:00:02",
        ["Vigil__Alerts__MaxRetryDelay"] = "00:00:01",
        ["Vigil__Alerts__Threshold"] = "0.05",
        ["Vigil__Features__StepLength"] = $"{Step}",
        ["Vigil__Scoring__Checkpoint"] = Path.Combine(_folder, "model"),
    };

    string DatabaseOf(string name) => new NpgsqlConnectionStringBuilder(Cluster.ConnectionString) { Database = name }.ConnectionString;
}
