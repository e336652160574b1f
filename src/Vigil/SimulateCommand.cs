using System.CommandLine;
using System.Globalization;
using Vigil.Backtest;
using Vigil.Ingest;
using Vigil.Simulator;

namespace Vigil;

/// <summary><c>vigil simulate</c>: draws a world, labels included, and writes it to a file or to Kafka.</summary>
static class SimulateCommand
{
    const int TransactionPartitions = 12;

    static readonly Option<string?> s_output = new("--out") { Description = "Write to a file: .jsonl or .jsonl.gz", HelpName = "FILE" };

    static readonly Option<string?> s_kafka = new("--kafka")
    {
        Description = "Write to the topics card-transactions and fraud-labels, which are created where missing",
        HelpName = "HOST:PORT",
    };

    static readonly Option<TimeSpan?> s_delay =
        Durations.OptionalOption("--delay", "From a transaction to its label, for --kafka, where the world does not say; 7d where it is not given");

    static readonly Option<double?> s_rate = new("--rate")
    {
        Description = "Transactions a second of the clock; without it and --speed, as fast as possible",
        HelpName = "N",
    };

    static readonly Option<double?> s_speed = new("--speed")
    {
        Description = "How many times as fast as the clock the world's time runs: 1 with --start now is a live stream",
        HelpName = "X",
    };

    internal static Command Create()
    {
        var world = new WorldOptions();
        var command = new Command("simulate", "Draw a simulated world of card transactions, frauds and labels included, and write it to a file or to Kafka.");
        world.AddTo(command);
        foreach (Option option in (Option[])[s_output, s_kafka, s_delay, s_rate, s_speed]) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(s_output) is null == result.GetResult(s_kafka) is null) result.AddError("Give either --out FILE or --kafka HOST:PORT.");
            if (result.GetValue(s_output) is { } file && !WorldFile.IsName(file))
                result.AddError($"--out is '{file}'; the file's name must end in .jsonl or .jsonl.gz.");
            if (result.GetValue(s_rate) is not null && result.GetValue(s_speed) is not null)
                result.AddError("--rate and --speed exclude each other: give one of them.");
            if (result.GetValue(s_rate) <= 0 || result.GetValue(s_speed) <= 0) result.AddError("--rate and --speed must be more than 0.");
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, world, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, WorldOptions world, CancellationToken cancellationToken)
    {
        var pacer = new Pacer(parsed.GetValue(s_rate), parsed.GetValue(s_speed), TimeProvider.System);
        SimulatedWorld simulated = world.Open(parsed);
        IEnumerable<LabelledTransaction> transactions = pacer.Pace(simulated.Transactions, simulated.Start, cancellationToken);
        WorldCounts counts = parsed.GetValue(s_output) is { } file
            ? WorldFile.Write(transactions, file, follow: pacer.IsPaced)
            : await ProduceAsync(transactions, parsed.GetValue(s_delay) ?? HandbookProtocol.LabelDelay, parsed.GetValue(s_kafka)!, cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{counts.Transactions:N0} transactions, {counts.Frauds:N0} of them frauds, in {parsed.GetValue(s_output) ?? parsed.GetValue(s_kafka)}"));
        return 0;
    }

    static async Task<WorldCounts> ProduceAsync(
        IEnumerable<LabelledTransaction> transactions, TimeSpan labelDelay, string servers, CancellationToken cancellationToken)
    {
        var options = new IngestOptions { BootstrapServers = servers };
        using (var topics = new Topics(options)) await topics.CreateMissingAsync(Topics.Of(options, TransactionPartitions), stampedByBroker: false);
        using var producer = new HistoryProducer(options);
        (long written, long frauds) = (0, 0);
        foreach (HistoryEvent happened in History.Merge(transactions, labelDelay))
        {
            cancellationToken.ThrowIfCancellationRequested();
            producer.Write(happened);
            if (happened.Transaction is not { } labelled) continue;
            written++;
            if (labelled.Value == LabelValue.Fraud) frauds++;
        }
        producer.Flush();
        return new(written, frauds);
    }
}
