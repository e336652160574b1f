using System.Diagnostics;
using Vigil.Alerts;
using Vigil.Ingest;

namespace Vigil.Bench;

/// <summary>
/// The whole way on this machine: a real Kafka, a private Postgres, <c>vigil serve</c> with the shipped checkpoint, and a producer. First a backlog is
/// drained: how many transactions a second, and whose CPU time they take. Then a paced stream: from the producer's hands to the committed cursor, over all
/// transactions, and what becomes of the workers' memory. At the end every transaction must have been scored once. <see cref="LoadOptions"/> says what can
/// be set.
/// </summary>
static class LoadBench
{
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500), s_settle = TimeSpan.FromSeconds(5);
    static readonly string[] s_stages = ["decode", "features", "score", "publish", "flush"];

    internal static IReadOnlyList<Figure> Run() => RunAsync(LoadOptions.Read()).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<Figure>> RunAsync(LoadOptions options)
    {
        await using var kafka = await LoadKafka.StartAsync();
        await using var postgres = await PostgresServer.FindOrStartAsync(new(), Console.Error.WriteLine);
        await Migrations.RunAsync(postgres.ConnectionString);
        string run = Guid.NewGuid().ToString("N")[..8];
        var ingest = new IngestOptions
        {
            BootstrapServers = kafka.Address,
            TransactionsTopic = $"load-{run}",
            LabelsTopic = $"load-{run}-labels",
            ActivityTopic = $"load-{run}-activity",
            ScoresTopic = options.Scores == 0 ? "" : $"load-{run}-scores",
            Group = $"load-{run}",
        };
        using (var topics = new Topics(ingest)) await topics.CreateMissingAsync(Topics.Of(ingest, options.Partitions), stampedByBroker: false);
        using var traffic = new LoadTraffic(options, ingest);
        traffic.WriteHistory(options.Warmup + options.Backlog);

        var reader = new AlertReader(new() { ConnectionString = postgres.ConnectionString });
        BenchWorker[] workers = [.. Enumerable.Range(0, options.Processes).Select(_ => BenchWorker.Start(ingest, postgres.ConnectionString))];
        await using var stream = new LoadStream(kafka, workers, reader, await StreamIdentity.ReadAsync(ingest, runId: ""));
        await stream.UntilTheyAnswerAsync();
        List<Figure> figures = [.. await DrainAsync(options, stream, traffic)];
        if (options.Seconds > 0) figures.AddRange(await PaceAsync(options, stream, traffic));
        await stream.EnsureExactAsync(traffic.Written);
        return figures;
    }

    /// <summary>Measures from the moment at which the warm-up is stored.</summary>
    static async Task<IEnumerable<Figure>> DrainAsync(LoadOptions options, LoadStream stream, LoadTraffic traffic)
    {
        var (before, useBefore, started) = (await stream.UntilScoredAsync(options.Warmup), stream.Use, Stopwatch.GetTimestamp());
        var (between, use, took) = (await stream.UntilScoredAsync(traffic.Written) - before, stream.Use - useBefore, Stopwatch.GetElapsedTime(started));
        double count = between.Scored;
        double Each(TimeSpan time) => time.TotalMicroseconds / count;
        return
        [
            new("sustainedTransactionsPerSecond", count / took.TotalSeconds, $"1/s, {options}"),
            .. s_stages.Select(stage => new Figure($"sustained.{stage}Microseconds", Each(between.Stage(stage)), "us a transaction, by the clock")),
            new("sustained.vigilCpuMicroseconds", Each(use.Vigil), "us of CPU a transaction"),
            new("sustained.brokerCpuMicroseconds", Each(use.Broker), "us of CPU a transaction"),
            new("sustained.postgresCpuMicroseconds", Each(use.Postgres), "us of CPU a transaction"),
        ];
    }

    static async Task<IEnumerable<Figure>> PaceAsync(LoadOptions options, LoadStream stream, LoadTraffic traffic)
    {
        var time = TimeSpan.FromSeconds(options.Seconds);
        using var giveUp = new CancellationTokenSource();
        var writing = Task.Factory.StartNew(() => traffic.WritePaced(options.Rate, time + s_settle, giveUp.Token), TaskCreationOptions.LongRunning);
        await Task.Delay(s_settle);
        var (before, useBefore, started) = (await stream.MetricsAsync(), stream.Use, Stopwatch.GetTimestamp());
        var memory = new List<(double Minutes, double MiB)>();
        for (; !writing.IsCompleted; await Task.Delay(s_look))
        {
            stream.ThrowIfEnded();
            memory.Add((Stopwatch.GetElapsedTime(started).TotalMinutes, stream.ResidentMiB));
        }
        await writing;
        var took = Stopwatch.GetElapsedTime(started);
        var (between, use) = (await stream.MetricsAsync() - before, stream.Use - useBefore);
        await stream.UntilScoredAsync(traffic.Written);
        string at = options.Rate % 1000 == 0 ? $"at{options.Rate / 1000}k" : $"at{options.Rate}";
        double Share(TimeSpan cpu) => 100 * cpu / took;
        return
        [
            new($"{at}.p50Ms", between.LatencyAt(.5).TotalMilliseconds, $"ms, all {between.Latencies:N0} transactions, producer's hands to committed cursor"),
            new($"{at}.p99Ms", between.LatencyAt(.99).TotalMilliseconds, "ms, likewise"),
            new($"{at}.p999Ms", between.LatencyAt(.999).TotalMilliseconds, "ms, likewise"),
            new($"{at}.vigilCpu", Share(use.Vigil), "% of a core"),
            new($"{at}.brokerCpu", Share(use.Broker), "% of a core"),
            new($"{at}.postgresCpu", Share(use.Postgres), "% of a core"),
            new($"{at}.producerCpu", Share(use.Producer), "% of a core"),
            new("memoryMiB", memory[^1].MiB, "MiB resident at the end, all workers"),
            new("memorySlopeMiBPerMinute", Slope(memory), $"MiB a minute, straight line through {options.Seconds} s"),
        ];
    }

    /// <summary>Of the line through the points with the least squares.</summary>
    static double Slope(List<(double X, double Y)> points)
    {
        double x = points.Average(point => point.X), y = points.Average(point => point.Y);
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }
}
