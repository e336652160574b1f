using System.CommandLine;
using Vigil.Ingest;
using Vigil.Simulator;

namespace Vigil;

/// <summary>The options that say which labelled history a verb reads: a file, or a simulated world.</summary>
sealed class HistoryOptions
{
    readonly Option<string?> _data = new("--data")
    {
        Description = "A labelled history: .csv, .csv.gz, .jsonl or .jsonl.gz, in time order",
        HelpName = "FILE",
    };

    readonly Option<string?> _mapping = new("--mapping")
    {
        Description = "Which column of a CSV file is which field; schemas/mappings/handbook.json is an example. The handbook's own columns need none",
        HelpName = "FILE",
    };

    readonly Option<string?> _world = new("--world")
    {
        Description = "A simulated world in place of a file: handbook, the process behind the public benchmark",
        HelpName = "NAME",
    };

    readonly Option<int> _seed = new("--seed")
    {
        Description = "The seed of the simulated world and of the training",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    internal HistoryOptions()
    {
        _world.AcceptOnlyFromAmong("handbook");
    }

    /// <summary>The seed of the world and of the training.</summary>
    internal int Seed(ParseResult parsed) => parsed.GetValue(_seed);

    internal void AddTo(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_mapping);
        command.Options.Add(_world);
        command.Options.Add(_seed);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_seed) < 0) result.AddError("--seed must not be negative.");
            bool hasData = result.GetResult(_data) is not null;
            if (hasData && result.GetResult(_world) is not null) result.AddError("--data and --world exclude each other: give one of them.");
            if (!hasData && result.GetResult(_mapping) is not null) result.AddError("--mapping needs --data.");
        });
    }

    /// <summary>The history, which can be read any number of times, and what it is.</summary>
    internal (IEnumerable<LabelledTransaction> Transactions, string Name) Open(ParseResult parsed)
    {
        if (parsed.GetValue(_data) is { } file)
        {
            ColumnMapping? mapping = parsed.GetValue(_mapping) is { } path ? ColumnMapping.Load(path) : null;
            return (FileSource.Read(file, mapping), Path.GetFileName(file));
        }
        return (new HandbookWorld(new() { Seed = (ulong)Seed(parsed) }).Transactions(), $"simulated world handbook, seed {Seed(parsed)}");
    }
}
