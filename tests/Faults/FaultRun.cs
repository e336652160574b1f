namespace Vigil.Faults.Tests;

/// <summary>One run: a stream under faults, the same log once more without, and the checker's word.</summary>
static class FaultRun
{
    /// <summary>Runs it; what is wrong is said line by line.</summary>
    /// <param name="settings">How much of what.</param>
    /// <param name="say">Takes a line for the person who waits.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static async Task<FaultResult> RunAsync(FaultSettings settings, Action<string> say, CancellationToken cancellationToken)
    {
        long started = TimeProvider.System.GetTimestamp();
        void Say(string line) => say($"{TimeProvider.System.GetElapsedTime(started).TotalSeconds,6:0.0} s  {line}");
        Say($"seed {settings.Seed}, {settings.Transactions:N0} transactions");
        await using var system = await FaultSystem.StartAsync(cancellationToken);
        if (!system.Disk.CanBeFull) Say("no full disks: this user may not mount a small file system");

        await system.UntilOwnedAsync(cancellationToken);
        long streamed = TimeProvider.System.GetTimestamp();
        var injector = new FaultInjector(system, settings.Seed);
        int labels = await DisturbAsync(settings, system, injector, Say, cancellationToken);
        await system.UntilScoredAsync(system.Disturbed, cancellationToken);
        var stream = TimeProvider.System.GetElapsedTime(streamed);
        await system.StopAsync();
        Say("scored; now undisturbed");
        await system.ScoreUndisturbedAsync(cancellationToken);

        IEnumerable<LoggedRecord> Log(string topic) => KafkaLog.Read(system.Broker.Address, topic);
        IEnumerable<LoggedScore> Scores(string topic) => KafkaLog.ReadScores(system.Broker.Address, topic);
        var checker = new Checker();
        await checker.CheckAsync(Log(FaultSystem.Transactions), Log(FaultSystem.Labels), system.Disturbed, system.Undisturbed);
        checker.CheckScores(Log(FaultSystem.Transactions), Scores(FaultSystem.Scores), Scores(FaultSystem.UndisturbedScores));
        foreach (string line in checker.Findings.Concat(system.Pool.SelectMany(worker => worker.Failures))) Say(line);
        system.KeepsFolder = checker.Findings.Count > 0;
        return new()
        {
            Seed = settings.Seed,
            Produced = checker.Produced,
            Labels = labels,
            Kills = injector.Done(Disturbance.Kill),
            Stops = injector.Done(Disturbance.Stop),
            BrokerLosses = injector.Done(Disturbance.BrokerLoss),
            DatabaseLosses = injector.Done(Disturbance.DatabaseLoss),
            ConnectionCuts = injector.Done(Disturbance.ConnectionCut),
            Rebalances = injector.Done(Disturbance.Rebalance),
            FullDisks = injector.Done(Disturbance.FullDisk),
            Poison = checker.Poison,
            Alerts = checker.Alerts,
            RepeatedScores = checker.RepeatedScores,
            LostPartitions = system.Pool.Sum(worker => worker.CountSaid("the group gave this member up")),
            Failures = system.Pool.Sum(worker => worker.Failures.Count),
            Lost = checker.Lost,
            Duplicated = checker.Duplicated,
            Different = checker.Different,
            StreamSeconds = Math.Round(stream.TotalSeconds, 1),
            Seconds = Math.Round(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1),
        };
    }

    /// <summary>Produces everything while the schedule is gone through; each waits for the other.</summary>
    /// <returns>How many labels were produced.</returns>
    static async Task<int> DisturbAsync(
        FaultSettings settings, FaultSystem system, FaultInjector injector, Action<string> say, CancellationToken cancellationToken)
    {
        var schedule = FaultSchedule.Of(settings);
        int ended = 0;
        long stored = 0;
        using var producer = new LoadProducer(settings, system.Broker.Address, Allowed);
        var producing = producer.RunAsync(FaultSystem.Transactions, FaultSystem.Labels, cancellationToken);
        var watching = WatchAsync();
        foreach (var (what, after) in schedule)
        {
            while (producer.Produced < after && !producing.IsCompleted) await Task.Delay(10, cancellationToken);
            if (producing.IsFaulted) await producing;
            say($"{producer.Produced,9:N0}  {what}");
            await injector.DoAsync(what);
            Interlocked.Increment(ref ended);
        }
        await injector.EndAsync();
        await Task.WhenAll(producing, watching);
        say($"{producer.Produced,9:N0}  produced");
        return producer.Labels;

        int Allowed() => (int)Math.Min(FaultSchedule.Allowed(settings, Volatile.Read(ref ended), schedule.Count), Volatile.Read(ref stored) + settings.Lead);

        async Task WatchAsync()
        {
            for (; !producing.IsCompleted; await Task.Delay(100, cancellationToken)) Volatile.Write(ref stored, await system.CountStoredAsync() ?? stored);
        }
    }
}
