using System.CommandLine;
using Vigil.Simulator;

namespace Vigil;

/// <summary>The options that say which world is simulated.</summary>
sealed class WorldOptions
{
    readonly Option<string> _world = new("--world")
    {
        Description = "handbook: the process behind the public benchmark",
        HelpName = "NAME",
        DefaultValueFactory = _ => "handbook",
    };

    readonly Option<ulong> _seed = new("--seed")
    {
        Description = "The same seed gives the same world on every machine",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    readonly Option<int> _customers = Size("--customers", "Customers, each with one card", 5_000);
    readonly Option<int> _terminals = Size("--terminals", "Terminals, each a merchant of its own", 10_000);
    readonly Option<int> _days = Size("--days", "Days from 2018-04-01 on", 183);

    internal WorldOptions()
    {
        _world.AcceptOnlyFromAmong("handbook");
    }

    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_world, _seed, _customers, _terminals, _days]) command.Options.Add(option);
    }

    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">A size is out of its range.</exception>
    internal HandbookWorld Read(ParseResult parsed) => new(new()
    {
        Seed = parsed.GetValue(_seed),
        Customers = parsed.GetValue(_customers),
        Terminals = parsed.GetValue(_terminals),
        Days = parsed.GetValue(_days),
    });

    static Option<int> Size(string name, string description, int fallback) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback };
}
