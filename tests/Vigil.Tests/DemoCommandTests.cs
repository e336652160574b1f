using System.Text.Json;
using Xunit;

namespace Vigil.Tests;

public sealed class DemoCommandTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_demo_scores_everything_it_produced_once_and_says_so_in_json()
    {
        string json = Path.Combine(Path.GetTempPath(), $"vigil-test-{Guid.NewGuid():N}.json");
        await using var demo = VigilProcess.Start("demo", "--for", "5s", "--rate", "300", "--history", "20d", "--json", json);

        Assert.True(await demo.WaitAsync(Cancellation) == 0, demo.Errors + demo.Output);
        using var summary = JsonDocument.Parse(await File.ReadAllTextAsync(json, Cancellation));
        File.Delete(json);
        long Count(string name) => summary.RootElement.GetProperty(name).GetInt64();
        Assert.True(Count("produced") > 0);
        Assert.Equal(Count("produced"), Count("scored"));
        Assert.Equal((0L, 0L, 0L), (Count("lost"), Count("duplicates"), Count("deadLetters")));
        Assert.True(summary.RootElement.GetProperty("transactionsPerSecond").GetDouble() > 0);
        Assert.True(summary.RootElement.GetProperty("latencyMs").GetProperty("p99").GetDouble() > 0);
    }

    [Fact]
    public async Task An_interrupted_demo_drains_and_prints_its_summary()
    {
        await using var demo = VigilProcess.Start("demo", "--rate", "200", "--history", "5d");
        await UntilAsync(() => demo.Output.Contains("live: ", StringComparison.Ordinal), demo);
        await demo.SignalAsync("INT");

        Assert.True(await demo.WaitAsync(Cancellation) == 0, demo.Errors + demo.Output);
        Assert.Contains("lost 0", demo.Output);
    }

    [Fact]
    public async Task A_killed_demo_leaves_no_process_and_no_folder()
    {
        await using var demo = VigilProcess.Start("demo", "--rate", "200", "--history", "5d");
        await UntilAsync(() => demo.Output.Contains("live: ", StringComparison.Ordinal), demo);
        int[] children = [.. DescendantsOf(demo.Id)];
        var data = children.SelectMany(CommandLineOf).Where(argument => argument.Contains("vigil-postgres-", StringComparison.Ordinal));
        string[] folders = [.. data.Select(path => Path.GetDirectoryName(path)!)];
        Assert.True(children.Length >= 3, "the broker, the guardian and Postgres were expected");
        Assert.NotEmpty(folders);
        await demo.SignalAsync("KILL");

        await UntilAsync(() => !children.Any(IsAlive) && !folders.Any(Directory.Exists), demo);
    }

    static Task UntilAsync(Func<bool> reached, VigilProcess demo) =>
        Polling.UntilAsync(() => Task.FromResult(reached()), () => demo.Errors + demo.Output, Cancellation);

    static IEnumerable<int> DescendantsOf(int parent)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int id) || ParentOf(id) != parent) continue;
            yield return id;
            foreach (int descendant in DescendantsOf(id)) yield return descendant;
        }
    }

    /// <summary>The fourth field of /proc/ID/stat, after the name, which may hold anything; 0 where the process has gone.</summary>
    static int ParentOf(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static string[] CommandLineOf(int id) => File.Exists($"/proc/{id}/cmdline") ? File.ReadAllText($"/proc/{id}/cmdline").Split('\0') : [];

    /// <summary>A zombie is dead: its parent, which we killed, can no longer reap it.</summary>
    static bool IsAlive(int id) =>
        File.Exists($"/proc/{id}/stat")
        && ParentOf(id) != 0
        && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
}
