using Xunit;

namespace Vigil.Alerts.Tests;

public sealed class CrashTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killing_Postgres_while_it_is_written_to_loses_nothing_and_writes_nothing_twice()
    {
        const int Kills = 3;
        const long BetweenKills = 400;
        await using var cluster = await CrashableCluster.StartAsync(Cancellation);
        Assert.SkipUnless(cluster is not null, "no initdb and postgres on this machine: install Debian's postgresql, or put its bin folder on PATH");
        await Migrations.RunAsync(cluster.ConnectionString, Cancellation);
        await using var sink = Database.NewSink(cluster.ConnectionString, attemptTimeout: TimeSpan.FromSeconds(5));
        var first = Database.NewPartition();
        var progress = new Progress();

        var writers = Enumerable.Range(0, 3)
            .Select(partition => Task.Run(() => WriteAsync(sink, first with { Partition = partition }, progress), Cancellation)).ToArray();
        for (int kill = 0; kill < Kills; kill++)
        {
            await progress.PassAsync(BetweenKills, Cancellation);
            await cluster.KillAsync();
            await cluster.RestartAsync(Cancellation);
        }
        await progress.PassAsync(BetweenKills, Cancellation);
        progress.Stop = true;
        long[] ends = await Task.WhenAll(writers);

        for (int partition = 0; partition < ends.Length; partition++)
            await Scored.AssertStoredAsync(cluster.ConnectionString, first with { Partition = partition }, ends[partition]);
    }

    static async Task<long> WriteAsync(AlertSink sink, StreamPartition partition, Progress progress)
    {
        var claim = await sink.ClaimAsync(partition, cancellationToken: Cancellation);
        long cursor = 0;
        for (; !progress.Stop; cursor += 5)
        {
            Assert.Equal(FlushOutcome.Flushed, await sink.FlushAsync(Scored.Batch(claim, cursor, cursor + 5), Cancellation));
            progress.Add(5);
        }
        return cursor;
    }

    /// <summary>How many records the writers have written.</summary>
    sealed class Progress
    {
        long _records;

        internal volatile bool Stop;

        internal void Add(int records) => Interlocked.Add(ref _records, records);

        internal async Task PassAsync(long records, CancellationToken cancellationToken)
        {
            long goal = Interlocked.Read(ref _records) + records;
            while (Interlocked.Read(ref _records) < goal) await Task.Delay(1, cancellationToken);
        }
    }
}
