using Vigil.Alerts.Tests;

namespace Vigil.Faults.Tests;

/// <summary>Does to a system what the schedule says, and counts what was really done.</summary>
sealed class FaultInjector(FaultSystem system, int seed)
{
    const int FewestWorkers = 2;

    static readonly TimeSpan s_untilStruck = TimeSpan.FromSeconds(10);
    static readonly Fault[] s_cuts = Enum.GetValues<Fault>();

    readonly Random _random = new(seed);
    readonly Dictionary<Disturbance, int> _done = [];
    readonly List<Task> _ending = [];
    int _cuts;

    /// <summary>How often it was done.</summary>
    internal int Done(Disturbance what) => _done.GetValueOrDefault(what);

    /// <summary>Begins a disturbance, and waits for its end where others should not meet it.</summary>
    internal async Task DoAsync(Disturbance what)
    {
        await Task.Delay(Between(0, 800));
        bool done = what switch
        {
            Disturbance.Kill => await KillAsync(),
            Disturbance.Stop => StopForLongerThanASession(),
            Disturbance.BrokerLoss => await LoseAsync(system.Broker.KillAsync, system.Broker.RestartAsync),
            Disturbance.DatabaseLoss => await LoseAsync(system.Cluster.KillAsync, () => system.Cluster.RestartAsync(CancellationToken.None)),
            Disturbance.ConnectionCut => await CutAsync(),
            Disturbance.Rebalance => await RebalanceAsync(),
            Disturbance.FullDisk => FillForAWhile(),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "no such disturbance"),
        };
        if (done) _done[what] = Done(what) + 1;
    }

    /// <summary>Waits until what was stopped is awake again and what was full is free.</summary>
    internal Task EndAsync() => Task.WhenAll(_ending);

    async Task<bool> KillAsync()
    {
        await AnyWorker().SignalAsync("KILL");
        return true;
    }

    bool StopForLongerThanASession()
    {
        _ending.Add(StopAsync(AnyWorker(), FaultBroker.Session + Between(500, 3_000)));
        return true;

        static async Task StopAsync(Worker worker, TimeSpan duration)
        {
            await worker.SignalAsync("STOP");
            await Task.Delay(duration);
            await worker.SignalAsync("CONT");
        }
    }

    async Task<bool> LoseAsync(Func<Task> kill, Func<Task> restart)
    {
        await kill();
        await Task.Delay(Between(200, 3_000));
        await restart();
        return true;
    }

    /// <summary>Every way of losing a connection in turn.</summary>
    async Task<bool> CutAsync()
    {
        var struck = system.Proxy.Arm(s_cuts[_cuts++ % s_cuts.Length]);
        return await Task.WhenAny(struck, Task.Delay(s_untilStruck)) == struck;
    }

    async Task<bool> RebalanceAsync()
    {
        var wanted = system.Pool.Where(worker => worker.IsWanted).ToArray();
        bool joins = wanted.Length <= FewestWorkers || (wanted.Length < system.Pool.Count && _random.Next(2) == 0);
        if (joins) system.Pool.First(worker => !worker.IsWanted).Start();
        else await AnyWorker().StopAsync();
        return true;
    }

    bool FillForAWhile()
    {
        if (!system.Disk.CanBeFull) return false;
        system.Disk.Fill();
        _ending.Add(FreeAsync(Between(3_000, 6_000)));
        return true;

        async Task FreeAsync(TimeSpan duration)
        {
            await Task.Delay(duration);
            system.Disk.Free();
        }
    }

    Worker AnyWorker()
    {
        var wanted = system.Pool.Where(worker => worker.IsWanted).ToArray();
        return wanted[_random.Next(wanted.Length)];
    }

    TimeSpan Between(int fromMilliseconds, int toMilliseconds) => TimeSpan.FromMilliseconds(_random.Next(fromMilliseconds, toMilliseconds));
}
