using System.Globalization;

namespace Vigil.Bench;

/// <summary>What the processes of a run have used of the machine so far, by <c>/proc</c>.</summary>
/// <param name="Vigil">CPU time of the workers.</param>
/// <param name="Broker">Of Kafka; zero where it is not ours.</param>
/// <param name="Postgres">Of the server and its backends; zero where it is not ours.</param>
/// <param name="Producer">Of this process, which writes the traffic.</param>
readonly record struct LoadUse(TimeSpan Vigil, TimeSpan Broker, TimeSpan Postgres, TimeSpan Producer)
{
    const double TicksPerSecond = 100; // USER_HZ, which /proc counts in on every Linux
    const int Parent = 1, UserTime = 11, ChildrenSystemTime = 14; // fields after the command's closing bracket, from 0
    const int BytesPerPage = 4096;

    public static LoadUse operator -(LoadUse later, LoadUse earlier) =>
        new(later.Vigil - earlier.Vigil, later.Broker - earlier.Broker, later.Postgres - earlier.Postgres, later.Producer - earlier.Producer);

    internal static LoadUse Of(IEnumerable<BenchWorker> workers, LoadKafka kafka) => new(
        workers.Aggregate(TimeSpan.Zero, (sum, worker) => sum + Cpu(worker.ProcessId)),
        kafka.ProcessId is { } broker ? Cpu(broker) : TimeSpan.Zero,
        Descendants(Environment.ProcessId).Where(id => Command(id) == "postgres").Aggregate(TimeSpan.Zero, (sum, id) => sum + Cpu(id)),
        Cpu(Environment.ProcessId, withChildren: false));

    /// <summary>Memory that is in RAM, in bytes.</summary>
    internal static long Resident(int id) =>
        long.Parse(File.ReadAllText($"/proc/{id}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * BytesPerPage;

    /// <summary>User and system time; with that of children that have ended, so that a server's backends count when they are gone.</summary>
    static TimeSpan Cpu(int id, bool withChildren = true)
    {
        string[] times = Fields(id)[UserTime..(withChildren ? ChildrenSystemTime + 1 : UserTime + 2)];
        return TimeSpan.FromSeconds(times.Sum(time => long.Parse(time, CultureInfo.InvariantCulture)) / TicksPerSecond);
    }

    static string Command(int id) => File.ReadAllText($"/proc/{id}/comm").Trim();

    static IEnumerable<int> Descendants(int of)
    {
        var parents = new Dictionary<int, int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int id) || !File.Exists($"{folder}/stat")) continue;
            try
            {
                parents[id] = int.Parse(Fields(id)[Parent], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                continue; // it has ended meanwhile
            }
        }
        return parents.Keys.Where(IsBelow);

        bool IsBelow(int id)
        {
            while (parents.TryGetValue(id, out id))
                if (id == of) return true;
            return false;
        }
    }

    static string[] Fields(int id)
    {
        string text = File.ReadAllText($"/proc/{id}/stat");
        return text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }
}
