using Vigil.Ingest;
using Vigil.Simulator;
using Xunit;

namespace Vigil.Tests;

public sealed class SimulateCommandTests
{
    static readonly string[] s_world = ["--seed", "5", "--customers", "60", "--terminals", "600", "--days", "20"];

    static IEnumerable<LabelledTransaction> World => new HandbookWorld(new() { Seed = 5, Customers = 60, Terminals = 600, Days = 20 }).Transactions();

    [Fact]
    public async Task A_world_goes_to_kafka_with_each_label_that_arrives()
    {
        using var broker = EmbeddedBroker.Start(new Dictionary<string, int> { ["card-transactions"] = 3, ["fraud-labels"] = 1 });
        int code = await SimulateCommand.Create().Parse([.. s_world, "--kafka", broker.BootstrapServers]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0, code);
        using var topics = new Topics(new IngestOptions { BootstrapServers = broker.BootstrapServers, Embedded = true });
        Assert.Equal(World.Count(), topics.Watermarks("card-transactions").Sum(marks => marks.High));
        Assert.Equal(World.Count(), topics.Watermarks("fraud-labels").Sum(marks => marks.High));
    }

    [Theory]
    [InlineData("Give either --out FILE or --kafka")]
    [InlineData("Give either --out FILE or --kafka", "--out", "world.jsonl", "--kafka", "localhost:9092")]
    [InlineData("must end in .jsonl", "--out", "world.csv")]
    [InlineData("--seed", "--seed", "-1", "--out", "world.jsonl")]
    [InlineData("number and a unit", "--delay", "soon", "--kafka", "localhost:9092")]
    public void A_wrong_option_is_named(string expected, params string[] args) =>
        Assert.Contains(SimulateCommand.Create().Parse(args).Errors, error => error.Message.Contains(expected, StringComparison.Ordinal));
}
