using System.CommandLine;
using System.Globalization;
using Vigil.Backtest;

namespace Vigil;

/// <summary><c>vigil features</c>: the features of every transaction of a history, in a file for data scientists.</summary>
static class FeaturesCommand
{
    internal static Command Create()
    {
        var history = new HistoryOptions();
        var output = new Option<string>("--out") { Description = "The file to write: .parquet or .csv.gz", HelpName = "FILE", Required = true };
        var partitions = new Option<int>("--partitions")
        {
            Description = "How many partitions the live topic has; cards are spread over them as librdkafka's producers do",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var delay = Durations.OptionalOption("--delay", "From a transaction to its label, where the data does not say; 7d where it is not given");
        var window = Durations.WindowOption("--window", "Transactions that get a row; those before are history. All where it is not given");
        var labels = new Option<bool>("--labels") { Description = "A last column, label: 1 fraud, 0 genuine, empty where unknown" };
        var command = new Command("features",
            "Write the features that the live service would compute for every transaction of a history, a row each. "
            + "Without --data: of a simulated world.");
        history.AddTo(command);
        foreach (Option option in (Option[])[output, partitions, delay, window, labels]) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(output) is not null && result.GetValue(output) is { } file && !FeatureExport.IsName(file))
                result.AddError($"--out is '{file}'; the file's name must end in .parquet or .csv.gz.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            (var transactions, string name) = history.Open(parsed);
            var request = new FeatureExportRequest
            {
                History = transactions,
                Path = parsed.GetValue(output)!,
                LabelDelay = parsed.GetValue(delay) ?? HandbookProtocol.LabelDelay,
                Partitions = parsed.GetValue(partitions),
                Labels = parsed.GetValue(labels),
            };
            if (parsed.GetValue(window) is { } rows) request = request with { Window = rows };
            FeatureExportCounts counts = await RunAsync(request, cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{counts.Rows:N0} rows in {request.Path}, of {counts.Read:N0} transactions of {name}; {counts.Repeats:N0} repeats left out"));
            return 0;
        });
        return command;
    }

    static async Task<FeatureExportCounts> RunAsync(FeatureExportRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await ExportProgressBar.ShowAsync(progress => FeatureExport.RunAsync(request, progress, cancellationToken));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{request.Path} is not written: {error.Message}");
        }
    }
}
