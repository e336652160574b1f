using System.Diagnostics;
using Vigil.Ingest;
using Vigil.Simulator;
using Vigil.Simulator.Cards;

namespace Vigil.Bench;

/// <summary>A cards world to a file on one core: transactions a second, how much of the time is the drawing, and what it allocates.</summary>
static class SimulateBench
{
    const int Rounds = 5;
    const int Days = 30;

    public static IReadOnlyList<Figure> Run()
    {
        string file = Path.Combine(Path.GetTempPath(), $"vigil-bench-{Environment.ProcessId}.jsonl");
        try
        {
            return [.. Of(5_000, file), .. Of(200_000, file, days: 3)];
        }
        finally
        {
            File.Delete(file);
        }
    }

    static IEnumerable<Figure> Of(int customers, string file, int days = Days)
    {
        var world = new CardsWorld(new() { Customers = customers, Merchants = Math.Max(2_500, customers / 10), Days = days });
        (double draw, double write) = (double.MaxValue, double.MaxValue);
        long transactions = 0, allocated = 0;
        for (int round = 0; round < Rounds; round++)
        {
            transactions = 0;
            draw = Math.Min(draw, Seconds(() =>
            {
                foreach (LabelledTransaction _ in world.Transactions()) transactions++;
            }));
            long before = GC.GetAllocatedBytesForCurrentThread();
            write = Math.Min(write, Seconds(() => WorldFile.Write(world.Transactions(), file)));
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        string of = customers == 5_000 ? "" : $"Of{customers / 1_000}kCustomers";
        yield return new($"transactionsPerSecondToFile{of}", transactions / write, "1/s");
        yield return new($"transactionsPerSecondDrawn{of}", transactions / draw, "1/s");
        yield return new($"fileMegabytesPerSecond{of}", new FileInfo(file).Length / write / 1e6, "MB/s");
        yield return new($"bytesPerLine{of}", new FileInfo(file).Length / (double)transactions, "B");
        yield return new($"bytesAllocatedPerTransaction{of}", allocated / (double)transactions, "B");
    }

    static double Seconds(Action run)
    {
        long started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
