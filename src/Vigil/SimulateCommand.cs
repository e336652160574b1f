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

    internal static Command Create()
    {
        var world = new WorldOptions();
        var output = new Option<string?>("--out") { Description = "Write to a file: .jsonl or .jsonl.gz", HelpName = "FILE" };
        var kafka = new Option<string?>("--kafka") { Description = "Write to the topics card-transactions and fraud-labels, which are created where missing", HelpName = "HOST:PORT" };
        var delay = Durations.OptionalOption("--delay", "From a transaction to its label, for --kafka; 7d where it is not given");
        var command = new Command("simulate", "Draw a simulated world of card transactions, frauds and labels included, and write it to a file or to Kafka.");
        world.AddTo(command);
        foreach (Option option in (Option[])[output, kafka, delay]) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(output) is null == result.GetResult(kafka) is null) result.AddError("Give either --out FILE or --kafka HOST:PORT.");
            if (result.GetValue(output) is { } file && !WorldFile.IsName(file)) result.AddError($"--out is '{file}'; the file's name must end in .jsonl or .jsonl.gz.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IEnumerable<LabelledTransaction> transactions = world.Open(parsed).Transactions;
            WorldCounts counts = parsed.GetValue(output) is { } file
                ? WorldFile.Write(transactions, file)
                : await ProduceAsync(transactions, parsed.GetValue(delay) ?? HandbookProtocol.LabelDelay, parsed.GetValue(kafka)!, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{counts.Transactions:N0} transactions, {counts.Frauds:N0} of them frauds, in {parsed.GetValue(output) ?? parsed.GetValue(kafka)}"));
        });
        return command;
    }

    static async Task<WorldCounts> ProduceAsync(IEnumerable<LabelledTransaction> transactions, TimeSpan labelDelay, string servers, CancellationToken cancellationToken)
    {
        var options = new IngestOptions { BootstrapServers = servers };
        using (var topics = new Topics(options))
            await topics.CreateMissingAsync(new Dictionary<string, int> { [options.TransactionsTopic] = TransactionPartitions, [options.LabelsTopic] = 1 });
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
