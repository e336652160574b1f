using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Vigil.Ingest;
using Xunit;

namespace Vigil.Simulator.Tests;

public sealed class HandbookWorldTests
{
    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(100UL)]
    public void A_world_of_full_size_has_the_figures_of_the_published_file(ulong seed)
    {
        IReadOnlyList<(string Name, double Value)> world = WorldFigures.Of(new HandbookWorld(new() { Seed = seed }).Transactions()).All();
        for (int i = 0; i < world.Count; i++)
        {
            (string name, double published, double deviation) = PublishedFile.Figures[i];
            Assert.Equal(name, world[i].Name);
            Assert.True(Math.Abs(world[i].Value - published) < 4 * Math.Sqrt(2) * deviation, $"{name}: {world[i].Value}, published {published}");
        }
    }

    [Fact]
    public void The_published_file_has_the_figures_that_worlds_are_held_to()
    {
        string? file = PublishedFile.Find();
        Assert.SkipUnless(file is not null, "no ../shared/data/handbook.csv.gz beside the repository");
        IReadOnlyList<(string Name, double Value)> read = WorldFigures.OfPublishedFile(file).All();
        Assert.Equal(PublishedFile.Figures.Select(figure => (figure.Name, figure.Value)), read);
    }

    [Fact]
    public void A_seed_gives_the_same_world_on_every_machine()
    {
        Assert.Equal("1BFB02129C61AD90D3EC23047F4CAD5CEFAA34131DC00EAF", Hash(Small(seed: 7))[..48]);
        Assert.NotEqual(Hash(Small(seed: 7)), Hash(Small(seed: 8)));
    }

    [Fact]
    public void Transactions_come_in_time_order_with_unique_numbers_and_inside_the_days()
    {
        Gen.Select(Gen.ULong, Gen.Int[1, 30], Gen.Int[1, 2_000], Gen.Int[1, 20]).Sample((seed, customers, terminals, days) =>
        {
            var options = new HandbookWorldOptions { Seed = seed, Customers = customers, Terminals = terminals, Days = days };
            LabelledTransaction[] world = [.. new HandbookWorld(options).Transactions()];
            Assert.Equal(world.OrderBy(labelled => labelled.Transaction.EventTime).Select(Id), world.Select(Id));
            Assert.Equal(world.Length, world.Select(Id).Distinct().Count());
            Assert.All(world, labelled =>
            {
                Assert.InRange(labelled.Transaction.EventTime.ToDateTimeOffset(), options.Start, options.Start.AddDays(days));
                Assert.InRange(labelled.Transaction.Amount, 0, 1_000_000);
                Assert.Equal(labelled.Scenario == 0 ? LabelValue.Genuine : LabelValue.Fraud, labelled.Value);
            });
        }, iter: 50);
    }

    [Fact]
    public void A_compromised_terminal_stays_so_for_28_days()
    {
        LabelledTransaction[] world = [.. new HandbookWorld(new() { Seed = 3, Customers = 500, Terminals = 1_000, Days = 90 }).Transactions()];
        var lengths = from labelled in world
                      where labelled.Scenario == 2
                      group labelled.Transaction.EventTime.Step(TimeSpan.FromDays(1)) by labelled.Transaction.TerminalId into days
                      select days.Max() - days.Min() + 1;
        Assert.Equal(28, lengths.GroupBy(length => length).MaxBy(group => group.Count())!.Key);
    }

    [Fact]
    public void An_option_out_of_range_is_refused() =>
        Assert.Throws<ValidationException>(() => new HandbookWorld(new() { Customers = 0 }));

    static IEnumerable<LabelledTransaction> Small(ulong seed) =>
        new HandbookWorld(new() { Seed = seed, Customers = 200, Terminals = 400, Days = 30 }).Transactions();

    static string Id(LabelledTransaction labelled) => labelled.Transaction.TransactionId.ToString();

    static string Hash(IEnumerable<LabelledTransaction> world)
    {
        var lines = world.Select(one => string.Create(CultureInfo.InvariantCulture,
            $"{one.Transaction.TransactionId},{one.Transaction.EventTime.Microseconds},{one.Transaction.CardToken},"
            + $"{one.Transaction.TerminalId},{one.Transaction.Amount},{one.Scenario}\n"));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
