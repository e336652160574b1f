using CsCheck;
using Xunit;

namespace Vigil.Alerts.Tests;

/// <summary>Two owners quarrel over a partition, and every outcome is held to a naive model of the cursor.</summary>
public sealed class OwnershipTests(Database database)
{
    enum Move { Claim, Flush, Replay, Skip }

    static readonly Gen<(Move Move, int Owner, int Records)> _step =
        Gen.Select(
            Gen.Frequency((1, Gen.Const(Move.Claim)), (6, Gen.Const(Move.Flush)), (1, Gen.Const(Move.Replay)), (1, Gen.Const(Move.Skip))),
            Gen.Int[0, 1],
            Gen.Int[1, 9]);

    [Fact]
    public async Task Any_interleaving_of_two_owners_ends_as_the_naive_model_says()
    {
        await using var sink = database.NewSink();
        await _step.Array[1, 30].SampleAsync(steps => RunAsync(sink, steps), iter: 40, threads: 1);
    }

    async Task RunAsync(AlertSink sink, (Move Move, int Owner, int Records)[] steps)
    {
        var partition = Database.NewPartition();
        var claims = new PartitionClaim[2];
        long[] cursors = new long[2];
        (long Epoch, long Next) stored = default;
        for (int owner = 0; owner < 2; owner++) await ClaimAsync(owner);
        foreach (var (move, owner, records) in steps)
        {
            if (move == Move.Claim) await ClaimAsync(owner);
            else await FlushAsync(owner, cursors[owner] + (move == Move.Replay ? -1 : move == Move.Skip ? 1 : 0), records);
        }
        await Scored.AssertStoredAsync(database.Shared, partition, stored.Next);

        async Task ClaimAsync(int owner)
        {
            claims[owner] = await sink.ClaimAsync(partition);
            stored.Epoch++;
            Assert.Equal(new PartitionClaim(partition, stored.Epoch, stored.Next), claims[owner]);
            cursors[owner] = stored.Next;
        }

        async Task FlushAsync(int owner, long cursor, int records)
        {
            if (cursor < 0) return;
            var expected = claims[owner].Epoch == stored.Epoch && cursor == stored.Next ? FlushOutcome.Flushed : FlushOutcome.Fenced;
            Assert.Equal(expected, await sink.FlushAsync(Scored.Batch(claims[owner], cursor, cursor + records)));
            if (expected == FlushOutcome.Flushed) cursors[owner] = stored.Next = cursor + records;
        }
    }

    [Fact]
    public async Task Owners_that_take_partitions_from_each_other_at_the_same_time_lose_nothing_and_write_nothing_twice()
    {
        const long End = 400;
        await using var sink = database.NewSink();
        var first = Database.NewPartition();
        StreamPartition[] partitions = [first, first with { Partition = 1 }, first with { Partition = 2 }];

        var fenced = await Task.WhenAll(Enumerable.Range(0, 3).Select(seed => Task.Run(() => OwnAsync(sink, partitions, End, new Random(seed)))));

        foreach (var partition in partitions) await Scored.AssertStoredAsync(database.Shared, partition, End);
        Assert.True(fenced.Sum() > 0, "the owners never met, so the test showed nothing");
    }

    /// <summary>Claims all partitions and flushes them together until the end; fenced on one, or by a whim, it claims that one again.</summary>
    static async Task<int> OwnAsync(AlertSink sink, StreamPartition[] partitions, long end, Random random)
    {
        int fenced = 0;
        var claims = new Dictionary<StreamPartition, PartitionClaim>();
        var cursors = new Dictionary<StreamPartition, long>();
        foreach (var partition in partitions) await ClaimAsync(partition);
        while (cursors.Values.Any(cursor => cursor < end))
        {
            PartitionBatch[] batches = [.. partitions.Where(partition => cursors[partition] < end).OrderBy(_ => random.Next()).Select(partition =>
                Scored.Batch(claims[partition], cursors[partition], Math.Min(end, cursors[partition] + random.Next(1, 12))))];
            foreach (var (batch, outcome) in batches.Zip(await sink.FlushAsync(batches)))
            {
                cursors[batch.Claim.Partition] = batch.NextOffset;
                if (outcome == FlushOutcome.Flushed && random.Next(20) > 0) continue;
                if (outcome == FlushOutcome.Fenced) fenced++;
                await ClaimAsync(batch.Claim.Partition);
            }
        }
        return fenced;

        async Task ClaimAsync(StreamPartition partition)
        {
            claims[partition] = await sink.ClaimAsync(partition);
            cursors[partition] = claims[partition].NextOffset;
        }
    }
}
