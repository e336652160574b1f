using Vigil.Ingest;
using Vigil.Simulator;
using Vigil.Tests.Support;
using Xunit;

namespace Vigil.Tests;

public sealed class SnapshotCrashTests(TestPostgres postgres, RealKafka kafka) : IDisposable
{
    const int Kills = 3;
    const double Threshold = 0.02;

    readonly string _folder = Directory.CreateTempSubdirectory("vigil-snapshots-").FullName;

    string[] Files => Directory.GetFiles(_folder, "*.snapshot", SearchOption.AllDirectories);

    [Fact]
    public async Task Processes_killed_while_they_take_snapshots_go_on_from_them_and_raise_the_same_alerts()
    {
        var stream = await RealStream.CreateAsync(kafka, postgres);
        var world = new HandbookWorld(new() { Seed = 5, Customers = 60, Terminals = 150, Days = 30 });
        var history = History.Merge(world.Transactions(), TimeSpan.FromDays(7)).ToArray();
        int transactions = history.Count(happened => happened.Transaction is not null), part = history.Length / (Kills + 1);
        for (int kill = 0; kill < Kills; kill++)
        {
            stream.Produce(history.Skip(kill * part).Take(part));
            string[] before = Files;
            await using var killed = Serve(stream);
            // At the first new snapshot one partition is saved, and others are not, or are being saved.
            await RealStream.UntilAsync(() => Task.FromResult(Files.Except(before).Any()), killed);
            await killed.SignalAsync("KILL");
            await killed.WaitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(kill > 0, killed.Output.Contains("Restored", StringComparison.Ordinal));
        }
        stream.Produce(history.Skip(Kills * part));
        await using var last = Serve(stream);
        await stream.UntilScoredAsync(transactions, last);

        var counts = await stream.CountAsync();
        Assert.Equal((transactions, 0L, 0L), (counts.Scored, counts.Duplicates, counts.Miscounted));
        Assert.Equal(
            PlainPipeline.Alerts(history, Threshold, stream.Options).Select(alert => (alert.Id, alert.Score)).Order(),
            (await stream.AlertsAsync()).Select(alert => (alert.TransactionId, alert.Score)).Order());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    VigilProcess Serve(RealStream stream) => stream.Serve(
        out _, ("Vigil__Alerts__Threshold", "0.02"), ("Vigil__Snapshots__Folder", _folder), ("Vigil__Snapshots__Interval", "00:00:01"));
}
