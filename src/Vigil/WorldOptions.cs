using System.CommandLine;
using System.CommandLine.Parsing;
using Vigil.Ingest;
using Vigil.Simulator;

namespace Vigil;

/// <summary>The options that say which world is simulated.</summary>
sealed class WorldOptions
{
    const string Handbook = "handbook";

    readonly Option<string> _world = new("--world")
    {
        Description = "The simulated world. handbook: the process behind the public benchmark",
        HelpName = "NAME",
        DefaultValueFactory = _ => Handbook,
    };

    readonly Option<ulong> _seed = new("--seed")
    {
        Description = "The same seed gives the same world on every machine",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    readonly Option<int> _customers = Size("--customers", "Customers, each with one card", 5_000);
    readonly Option<int> _terminals = Size("--terminals", "Terminals of the handbook's world, each a merchant of its own", 10_000);
    readonly Option<int> _days = Size("--days", "Days from 2018-04-01 on", 183);

    internal WorldOptions()
    {
        _world.AcceptOnlyFromAmong(Handbook);
    }

    internal void AddTo(Command command)
    {
        foreach (Option option in All) command.Options.Add(option);
    }

    /// <summary>The seed of the world.</summary>
    internal ulong Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>The first option about the world itself, seed aside, that the command line gives; null where it gives none.</summary>
    internal string? FirstGiven(CommandResult result) => All.FirstOrDefault(option => option != _seed && result.GetResult(option) is not null)?.Name;

    /// <summary>The world, which can be drawn any number of times, and what it is.</summary>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">A size is out of its range.</exception>
    internal (IEnumerable<LabelledTransaction> Transactions, string Name) Open(ParseResult parsed)
    {
        var world = new HandbookWorld(new()
        {
            Seed = Seed(parsed),
            Customers = parsed.GetValue(_customers),
            Terminals = parsed.GetValue(_terminals),
            Days = parsed.GetValue(_days),
        });
        return (world.Transactions(), $"simulated world {parsed.GetValue(_world)}, seed {Seed(parsed)}");
    }

    Option[] All => [_world, _seed, _customers, _terminals, _days];

    static Option<int> Size(string name, string description, int fallback) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback };
}
