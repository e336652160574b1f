using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Vigil.Ingest;
using Vigil.Simulator;
using Vigil.Simulator.Cards;

namespace Vigil;

/// <summary>The options that say which world is simulated.</summary>
sealed class WorldOptions
{
    const string Handbook = "handbook";
    const string Cards = "cards";

    readonly Option<string> _world = new("--world")
    {
        Description = "The simulated world. handbook: the process behind the public benchmark; cards: habits, merchants, countries and seven kinds of fraud",
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
    readonly Option<int> _terminals = Size("--terminals", "Terminals of the handbook world, each a merchant of its own", 10_000);
    readonly Option<int> _days = Size("--days", "Days from the start on", 183);

    readonly Option<DateTimeOffset> _start = new("--start")
    {
        Description = "The first moment, a date or an ISO 8601 time, or now; 2018-04-01 where it is not given",
        HelpName = "TIME",
        DefaultValueFactory = _ => new(2018, 4, 1, 0, 0, 0, TimeSpan.Zero),
        CustomParser = ParseStart,
    };

    readonly CardsOptions _cards = new();

    internal WorldOptions()
    {
        _world.AcceptOnlyFromAmong(Handbook, Cards);
    }

    internal void AddTo(Command command)
    {
        foreach (Option option in All) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            // A default value is not there yet while options are validated.
            string name = result.GetValue(_world) ?? Handbook;
            IEnumerable<Option> others = name == Cards ? [_terminals] : _cards.All;
            foreach (Option other in others.Where(other => IsGiven(result, other))) result.AddError($"{other.Name} says nothing about the {name} world.");
        });
    }

    /// <summary>The seed of the world.</summary>
    internal ulong Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>The first option about the world itself, seed aside, that the command line gives; null where it gives none.</summary>
    internal string? FirstGiven(CommandResult result) => All.FirstOrDefault(option => option != _seed && IsGiven(result, option))?.Name;

    /// <summary>The world, which can be drawn any number of times.</summary>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">A size is out of its range.</exception>
    /// <exception cref="InvalidDataException">The settings file is none.</exception>
    internal SimulatedWorld Open(ParseResult parsed)
    {
        if (parsed.GetValue(_world) == Cards)
        {
            CardsWorldOptions cards = ReadCards(parsed);
            return new(new CardsWorld(cards).Transactions(), Instant.From(cards.Start), $"simulated world {Cards}, seed {cards.Seed}");
        }
        var handbook = new HandbookWorldOptions
        {
            Seed = Seed(parsed),
            Customers = parsed.GetValue(_customers),
            Terminals = parsed.GetValue(_terminals),
            Start = parsed.GetValue(_start),
            Days = parsed.GetValue(_days),
        };
        return new(new HandbookWorld(handbook).Transactions(), Instant.From(handbook.Start), $"simulated world {Handbook}, seed {handbook.Seed}");
    }

    /// <summary>What the command line gives goes before what the settings file says, and that before the default.</summary>
    CardsWorldOptions ReadCards(ParseResult parsed)
    {
        CardsWorldOptions options = _cards.Read(parsed);
        T Given<T>(Option<T> option, T otherwise) => IsGiven(parsed.CommandResult, option) ? parsed.GetValue(option)! : otherwise;
        return options with
        {
            Seed = Given(_seed, options.Seed),
            Customers = Given(_customers, options.Customers),
            Start = Given(_start, options.Start),
            Days = Given(_days, options.Days),
        };
    }

    IEnumerable<Option> All => [_world, _seed, _customers, _terminals, _days, _start, .. _cards.All];

    static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    static Option<int> Size(string name, string description, int fallback) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback };

    static DateTimeOffset ParseStart(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (text == "now") return TimeProvider.System.GetUtcNow();
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        bool read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out DateTimeOffset start);
        if (!read) result.AddError($"--start is '{text}'; expected is now, a date such as 2018-04-01, or an ISO 8601 time.");
        return start;
    }
}

/// <summary>A world that is simulated.</summary>
/// <param name="Transactions">In time order; each reading draws it anew.</param>
/// <param name="Start">Its first moment.</param>
/// <param name="Name">What it is.</param>
sealed record SimulatedWorld(IEnumerable<LabelledTransaction> Transactions, Instant Start, string Name);
