using Vigil.Ingest;
using Xunit;

namespace Vigil.Simulator.Tests;

public sealed class WorldFileTests : IDisposable
{
    static readonly LabelledTransaction[] World = [.. new HandbookWorld(new() { Seed = 5, Customers = 60, Terminals = 600, Days = 40 }).Transactions()];

    readonly string _folder = Directory.CreateTempSubdirectory("vigil-world-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("world.jsonl")]
    [InlineData("world.jsonl.gz")]
    public void What_was_written_is_read_again(string name)
    {
        string file = Path.Combine(_folder, name);
        WorldCounts counts = WorldFile.Write(World, file);
        Assert.Equal(new WorldCounts(World.Length, World.Count(one => one.Value == LabelValue.Fraud)), counts);
        Assert.True(counts.Frauds > 0);
        Assert.Equal(World.Select(one => one.ToString()), FileSource.Read(file).Select(one => one.ToString()));
    }

    [Fact]
    public void Another_ending_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => WorldFile.Write(World, Path.Combine(_folder, "world.csv")));
        Assert.Contains(".jsonl.gz", error.Message, StringComparison.Ordinal);
    }
}
