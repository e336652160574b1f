using System.Diagnostics;
using Vigil.Alerts;

namespace Vigil.Bench;

/// <summary>The workers of a run and what they have stored; disposing of it stops them.</summary>
sealed class LoadStream(LoadKafka kafka, IReadOnlyList<BenchWorker> workers, AlertReader reader, string streamId) : IAsyncDisposable
{
    const double Mebibyte = 1 << 20;

    /// <summary>A scrape is at most 300 ms old, by the exporter's default, so that oftener would say nothing new.</summary>
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(300), s_patience = TimeSpan.FromMinutes(5);

    /// <summary>CPU time so far.</summary>
    internal LoadUse Use => LoadUse.Of(workers, kafka);

    /// <summary>Memory of all workers.</summary>
    internal double ResidentMiB => workers.Sum(worker => LoadUse.Resident(worker.ProcessId)) / Mebibyte;

    /// <summary>Waits until all workers answer.</summary>
    internal Task UntilTheyAnswerAsync() => Task.WhenAll(workers.Select(worker => worker.UntilItAnswersAsync()));

    internal Task<LoadMetrics> MetricsAsync() => LoadMetrics.ReadAsync(workers);

    /// <summary>
    /// Waits, looking now and then, until so many transactions are behind the cursors, as the workers say: Postgres is not asked, for it has work to do.
    /// </summary>
    /// <returns>The metrics then.</returns>
    /// <exception cref="InvalidOperationException">A worker ended.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    internal async Task<LoadMetrics> UntilScoredAsync(long transactions)
    {
        for (long started = Stopwatch.GetTimestamp(); ; await Task.Delay(s_look))
        {
            ThrowIfEnded();
            var metrics = await MetricsAsync();
            if (metrics.Scored >= transactions) return metrics;
            if (Stopwatch.GetElapsedTime(started) > s_patience)
                throw new TimeoutException($"{metrics.Scored:N0} of {transactions:N0} transactions are scored after {s_patience}.");
        }
    }

    /// <exception cref="InvalidOperationException">A worker ended.</exception>
    internal void ThrowIfEnded()
    {
        foreach (var worker in workers) worker.ThrowIfEnded();
    }

    /// <exception cref="InvalidOperationException">Something was lost, or stored twice; the figures would mean nothing.</exception>
    internal async Task EnsureExactAsync(long written)
    {
        var counts = await reader.CountAsync(streamId);
        Console.Error.WriteLine($"{counts.Scored:N0} of {written:N0} scored, {counts.Alerts:N0} alerts");
        if (counts.Scored != written || counts.Duplicates != 0 || counts.DeadLetters != 0)
            throw new InvalidOperationException($"{written:N0} transactions were written; Postgres has {counts}.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers) await worker.DisposeAsync();
        await reader.DisposeAsync();
    }
}
