using Microsoft.Extensions.Logging.Abstractions;

namespace Vigil.Ingest.Tests;

/// <summary>A member of the group whose pipeline keeps what it is told; each partition starts where it stopped.</summary>
sealed class TestPipeline : IAsyncDisposable
{
    readonly Task _reading;
    readonly TaskCompletionSource _open = new();

    internal TestPipeline(IngestOptions options, bool reads = true)
    {
        Consumer = new TransactionConsumer(options, NullLogger<TransactionConsumer>.Instance);
        if (reads) _open.SetResult();
        Consumer.Start();
        _reading = Task.Run(ReadAsync);
    }

    internal TransactionConsumer Consumer { get; }

    internal Func<PartitionAssigned, long> Claim { get; init; } = assigned => assigned.Low;

    /// <summary>Told the next offset of a partition once a batch of it counts as stored.</summary>
    internal Action<int, long> Store { get; init; } = (_, _) => { };

    /// <summary>What it does about a revoked partition when everything before it is stored.</summary>
    internal Func<PartitionRevoked, Task> Drain { get; init; } = revoked =>
    {
        revoked.Drained.SetResult();
        return Task.CompletedTask;
    };

    internal List<ConsumerEvent> Seen { get; } = [];

    internal int RecordCount => Copy().OfType<PartitionRecords>().Sum(batch => batch.Records.Count);

    internal Task Ended => _reading;

    internal void Open() => _open.SetResult();

    internal List<ConsumerEvent> Copy()
    {
        lock (Seen) return [.. Seen];
    }

    /// <summary>The partitions that it holds now.</summary>
    internal HashSet<int> Owned()
    {
        var owned = new HashSet<int>();
        foreach (var entry in Copy())
        {
            if (entry is PartitionAssigned) owned.Add(entry.Partition);
            if (entry is PartitionRevoked or PartitionLost) owned.Remove(entry.Partition);
        }
        return owned;
    }

    internal IEnumerable<ConsumedRecord> Records(int partition) =>
        Copy().OfType<PartitionRecords>().Where(batch => batch.Partition == partition).SelectMany(batch => batch.Records);

    internal static async Task Until(Func<bool> holds, int seconds = 30)
    {
        for (int i = 0; i < seconds * 50 && !holds(); i++) await Task.Delay(20);
        if (!holds()) throw new TimeoutException("what the test waits for does not come about");
    }

    public async ValueTask DisposeAsync()
    {
        _open.TrySetResult();
        await Consumer.DisposeAsync();
        await _reading;
    }

    async Task ReadAsync()
    {
        await _open.Task;
        await foreach (var entry in Consumer.Events.ReadAllAsync())
        {
            lock (Seen) Seen.Add(entry);
            if (entry is PartitionAssigned assigned) Answer(assigned);
            if (entry is PartitionRecords batch)
            {
                Store(batch.Partition, batch.Records[^1].Offset + 1);
                Consumer.Commit(batch.Partition, batch.Records[^1].Offset + 1);
            }
            if (entry is PartitionRevoked revoked) await Drain(revoked);
        }
    }

    void Answer(PartitionAssigned assigned)
    {
        try
        {
            assigned.Start.TrySetResult(Claim(assigned));
        }
        catch (InvalidOperationException error)
        {
            assigned.Start.SetException(error);
        }
    }
}
