using System.CommandLine;
using System.Globalization;
using Vigil.Simulator;

namespace Vigil;

/// <summary>vigil simulate: draws a world and writes it, labels included.</summary>
static class SimulateCommand
{
    internal static Command Create()
    {
        var world = new Option<string>("--world") { Description = "handbook: the process behind the public benchmark", HelpName = "NAME", DefaultValueFactory = _ => "handbook" };
        world.AcceptOnlyFromAmong("handbook");
        var seed = new Option<ulong>("--seed") { Description = "The same seed gives the same world on every machine", HelpName = "N", DefaultValueFactory = _ => 1 };
        var customers = new Option<int>("--customers") { Description = "Customers, each with one card", HelpName = "N", DefaultValueFactory = _ => 5_000 };
        var terminals = new Option<int>("--terminals") { Description = "Terminals, each a merchant of its own", HelpName = "N", DefaultValueFactory = _ => 10_000 };
        var days = new Option<int>("--days") { Description = "Days from 2018-04-01 on", HelpName = "N", DefaultValueFactory = _ => 183 };
        var output = new Option<string>("--out") { Description = "Where to write: .jsonl or .jsonl.gz", HelpName = "FILE", Required = true };
        var command = new Command("simulate", "Draw a simulated world of card transactions, frauds and labels included, and write it as JSON Lines.") { world, seed, customers, terminals, days, output };
        command.Validators.Add(result =>
        {
            string name = result.GetValue(output) ?? "";
            if (!name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) && !name.EndsWith(".jsonl.gz", StringComparison.OrdinalIgnoreCase))
                result.AddError($"--out is '{name}'; the file's name must end in .jsonl or .jsonl.gz.");
        });
        command.SetAction(parsed =>
        {
            var options = new HandbookWorldOptions
            {
                Seed = parsed.GetValue(seed),
                Customers = parsed.GetValue(customers),
                Terminals = parsed.GetValue(terminals),
                Days = parsed.GetValue(days),
            };
            string file = parsed.GetValue(output)!;
            WorldCounts counts = WorldFile.Write(new HandbookWorld(options).Transactions(), file);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{counts.Transactions:N0} transactions, {counts.Frauds:N0} of them frauds, in {file}"));
        });
        return command;
    }
}
