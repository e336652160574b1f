using System.CommandLine;
using Vigil.Ingest;

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

    readonly WorldOptions _world = new();

    /// <summary>The seed of the training: the world's, cut to 31 bits.</summary>
    internal int Seed(ParseResult parsed) => (int)(_world.Seed(parsed) & int.MaxValue);

    internal void AddTo(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_mapping);
        _world.AddTo(command);
        command.Validators.Add(result =>
        {
            bool hasData = result.GetResult(_data) is not null;
            if (hasData && _world.FirstGiven(result) is { } given) result.AddError($"--data and {given} exclude each other: give one of them.");
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
        SimulatedWorld world = _world.Open(parsed);
        return (world.Transactions, world.Name);
    }
}
