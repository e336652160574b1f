using System.CommandLine;
using System.Globalization;
using Vigil.Backtest;
using Vigil.Model;

namespace Vigil;

/// <summary>vigil train: from a labelled history to a model.</summary>
static class TrainCommand
{
    internal static Command Create()
    {
        var history = new HistoryOptions();
        var protocol = new ProtocolOptions("--validate", "Transactions on which the best epoch is chosen; without, all epochs are run");
        var settings = new TrainingSettings();
        var model = new ModelOption();
        var output = new Option<string>("--out")
        {
            Description = "Folder for the model and its manifest.json",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => "checkpoint",
        };
        var command = new Command("train",
            "Train a model on a labelled history and write it. Without --data: on a simulated world. "
            + "Killed, the same command goes on where it stood.");
        history.AddTo(command);
        protocol.AddTo(command);
        settings.AddTo(command);
        model.AddTo(command, settings);
        command.Options.Add(output);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            (var transactions, string name) = history.Open(parsed);
            var provenance = new Dictionary<string, string> { ["data"] = name, ["command"] = CommandLine.Text(parsed) };
            TrainRequest request = Request(parsed, protocol);
            request = request with
            {
                History = transactions,
                Training = settings.Read(parsed, model.Encoder(parsed), request.Training, history.Seed(parsed), provenance),
                Baseline = model.Baseline(parsed, history.Seed(parsed), provenance),
                Without = model.Without(parsed),
            };
            var folder = new TrainingFolder(parsed.GetValue(output)!);
            request = folder.Keep(request);
            FraudModel trained = await RunProgressBar.ShowAsync(folds: 0, progress => TrainRun.Run(request, progress, cancellationToken));
            folder.Save(trained);
            Print(trained.Manifest, parsed.GetValue(output)!);
            return 0;
        });
        return command;
    }

    static TrainRequest Request(ParseResult parsed, ProtocolOptions protocol)
    {
        if (protocol.Train(parsed) is not { } train) return HandbookProtocol.TrainRequest;
        Fold? validation = protocol.Own(parsed);
        return new()
        {
            History = [],
            Train = train,
            LabelDelay = protocol.Delay(parsed),
            Validation = validation is null ? [] : [validation],
            Training = HandbookProtocol.TrainRequest.Training,
        };
    }

    static void Print(ModelManifest manifest, string folder)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"trained on {manifest.Data.TrainRows:N0} transactions ({manifest.Data.TrainFrauds:N0} frauds), "
            + $"{manifest.Data.From:yyyy-MM-dd} to {manifest.Data.To:yyyy-MM-dd}"));
        foreach ((string name, double value) in manifest.Notes.Metrics)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.0000}"));
        if (manifest.Notes.Threshold is { } threshold)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"suggested threshold {threshold:0.0000}"));
        Console.WriteLine($"model {manifest.Hash[..12]} in {folder}");
    }
}
