using Vigil.Ingest;
using Vigil.Simulator;
using Vigil.Simulator.Cards;
using Xunit;

namespace Vigil.Tests;

public sealed class SimulateCommandTests
{
    static readonly string[] s_world = ["--seed", "5", "--customers", "60", "--terminals", "600", "--days", "20"];

    static IEnumerable<LabelledTransaction> World => new HandbookWorld(new() { Seed = 5, Customers = 60, Terminals = 600, Days = 20 }).Transactions();

    [Fact]
    public async Task A_world_goes_to_kafka_with_each_label_that_arrives()
    {
        using var broker = EmbeddedBroker.Start(new Dictionary<string, int> { ["card-transactions"] = 3, ["fraud-labels"] = 1, ["merchant-activity"] = 1 });
        string[] args = [.. s_world, "--kafka", broker.BootstrapServers];
        int code = await SimulateCommand.Create().Parse(args).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0, code);
        using var topics = new Topics(new IngestOptions { BootstrapServers = broker.BootstrapServers, Embedded = true });
        Assert.Equal(World.Count(), topics.Watermarks("card-transactions").Sum(marks => marks.High));
        Assert.Equal(World.Count(), topics.Watermarks("fraud-labels").Sum(marks => marks.High));
    }

    [Fact]
    public async Task A_cards_world_tells_kafka_when_its_frauds_are_reported()
    {
        using var broker = EmbeddedBroker.Start(new Dictionary<string, int> { ["card-transactions"] = 3, ["fraud-labels"] = 1 });
        string[] args =
        [
            "--world", "cards", "--customers", "300", "--days", "3", "--fraud", "card-testing=200,stolen-card", "--rate", "50000",
            "--kafka", broker.BootstrapServers,
        ];
        int code = await SimulateCommand.Create().Parse(args).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0, code);
        var options = new CardsWorldOptions { Customers = 300, Days = 3 };
        var frauds = new Dictionary<FraudKind, double> { [FraudKind.CardTesting] = 200, [FraudKind.StolenCard] = 1 };
        LabelledTransaction[] world = [.. new CardsWorld(options.WithFrauds(frauds)).Transactions()];
        using var topics = new Topics(new IngestOptions { BootstrapServers = broker.BootstrapServers, Embedded = true });
        Assert.Equal(world.Length, topics.Watermarks("card-transactions").Sum(marks => marks.High));
        Assert.Equal(world.Length, topics.Watermarks("fraud-labels").Sum(marks => marks.High));
        Assert.Contains(world, one => one.Value == LabelValue.Fraud);
    }

    [Fact]
    public async Task What_the_command_line_gives_goes_before_the_settings_file()
    {
        string folder = Directory.CreateTempSubdirectory("vigil-simulate-").FullName;
        try
        {
            (string settings, string file) = (Path.Combine(folder, "settings.json"), Path.Combine(folder, "world.jsonl"));
            await File.WriteAllTextAsync(settings, """{ "customers": 40, "days": 2, "seed": 9 }""", TestContext.Current.CancellationToken);
            string[] args = ["--world", "cards", "--settings", settings, "--days", "1", "--start", "2024-02-29", "--out", file];
            Assert.Equal(0, await SimulateCommand.Create().Parse(args).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));

            var expected = new CardsWorldOptions { Customers = 40, Days = 1, Seed = 9, Start = new(2024, 2, 29, 0, 0, 0, TimeSpan.Zero) };
            Assert.Equal(new CardsWorld(expected).Transactions().Select(one => one.ToString()), FileSource.Read(file).Select(one => one.ToString()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("Give either --out FILE or --kafka")]
    [InlineData("Give either --out FILE or --kafka", "--out", "world.jsonl", "--kafka", "localhost:9092")]
    [InlineData("must end in .jsonl", "--out", "world.csv")]
    [InlineData("--seed", "--seed", "-1", "--out", "world.jsonl")]
    [InlineData("--terminals says nothing about the cards world", "--world", "cards", "--terminals", "3", "--out", "world.jsonl")]
    [InlineData("--fraud says nothing about the handbook world", "--fraud", "none", "--out", "world.jsonl")]
    [InlineData("--fraud holds 'fishing'", "--world", "cards", "--fraud", "bust-out=2,fishing", "--out", "world.jsonl")]
    [InlineData("--fraud holds 'bust-out=2x'", "--world", "cards", "--fraud", "bust-out=2x", "--out", "world.jsonl")]
    [InlineData("--start is 'soon'", "--start", "soon", "--out", "world.jsonl")]
    [InlineData("--rate and --speed exclude", "--rate", "5", "--speed", "1", "--out", "world.jsonl")]
    [InlineData("must be more than 0", "--speed", "0", "--out", "world.jsonl")]
    [InlineData("number and a unit", "--delay", "soon", "--kafka", "localhost:9092")]
    public void A_wrong_option_is_named(string expected, params string[] args) =>
        Assert.Contains(SimulateCommand.Create().Parse(args).Errors, error => error.Message.Contains(expected, StringComparison.Ordinal));
}
