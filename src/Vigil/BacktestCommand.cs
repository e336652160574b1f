using System.CommandLine;
using System.Globalization;
using Vigil.Backtest;
using Vigil.Model;

namespace Vigil;

/// <summary>vigil backtest: train on each fold's training days, score its test days as the live service would have.</summary>
static class BacktestCommand
{
    internal static Command Create()
    {
        var history = new HistoryOptions();
        var protocol = new ProtocolOptions("--test", "Transactions that are scored");
        var settings = new TrainingSettings();
        var model = new ModelOption();
        var checkpoint = new Option<string?>("--checkpoint")
        {
            Description = "Test this model as it is, encoder or baseline; nothing is trained",
            HelpName = "FOLDER",
        };
        var device = new Option<string>("--device")
        {
            Description = "What scores: cpu, or torch-cpu, cuda or cuda:N in batches",
            HelpName = "NAME",
            DefaultValueFactory = _ => ModelOptions.OwnDecoder,
        };
        var json = new Option<string?>("--json") { Description = "Write the result as JSON", HelpName = "FILE" };
        var scores = new Option<string?>("--scores") { Description = "Write transaction_id,score,fold for every test row", HelpName = "FILE" };
        var validation = new Option<bool>("--validation")
        {
            Description = "The handbook's validation folds in place of its test folds: for choosing hyperparameters",
        };
        var weeks = new Option<int?>("--weeks")
        {
            Description = "Weeks of labels that each of the handbook's folds learns from, the last of them the handbook's own; "
                + "what is tested stays the same",
            HelpName = "N",
        };
        var command = new Command("backtest",
            "Train and test over history through the live code path; print AUC ROC, average precision and CardPrecision@100. "
            + "Without --data: on a simulated world.");
        history.AddTo(command);
        protocol.AddTo(command);
        settings.AddTo(command);
        model.AddTo(command, settings);
        foreach (Option option in (Option[])[checkpoint, device, json, scores, validation, weeks]) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (protocol.IsHalf(result)) result.AddError("--train needs --test: which transactions shall be scored?");
            if (result.GetValue(weeks) is < 1 or > 52) result.AddError($"--weeks is {result.GetValue(weeks)}, expected 1 to 52.");
            if (result.GetValue(weeks) is not null && protocol.HasOwn(result))
                result.AddError("--weeks and --train exclude each other: weeks are those of the handbook's folds.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            (var transactions, string name) = history.Open(parsed);
            IReadOnlyList<Fold> folds = protocol.Own(parsed) is { } own ? [own] : Handbooks(parsed.GetValue(validation), parsed.GetValue(weeks) ?? 1);
            var provenance = new Dictionary<string, string> { ["data"] = name };
            var request = new BacktestRequest
            {
                History = transactions,
                Folds = folds,
                Training = settings.Read(parsed, model.Encoder(parsed), HandbookProtocol.FoldTraining, history.Seed(parsed), provenance),
                Baseline = model.Baseline(parsed, history.Seed(parsed), provenance),
                Without = model.Without(parsed),
                Scoring = new() { Device = parsed.GetRequiredValue(device) },
                Model = parsed.GetValue(checkpoint) is { } folder ? FraudModel.Load(folder) : null,
            };
            Console.WriteLine($"backtest on {name}");
            BacktestResult result = await RunProgressBar.ShowAsync(
                folds.Count, progress => BacktestRun.Run(request, TimeProvider.System, progress, cancellationToken));
            Write(result, parsed.GetValue(json), parsed.GetValue(scores));
            Print(result);
            return 0;
        });
        return command;
    }

    static IReadOnlyList<Fold> Handbooks(bool validation, int weeks) =>
        [.. (validation ? HandbookProtocol.ValidationFolds : HandbookProtocol.TestFolds).Select(fold => fold.After(TimeSpan.FromDays(7 * (weeks - 1))))];

    static void Write(BacktestResult result, string? json, string? scores)
    {
        if (json is not null)
        {
            using FileStream file = File.Create(json);
            result.WriteJson(file);
        }
        if (scores is not null)
        {
            using StreamWriter file = File.CreateText(scores);
            result.WriteScores(file);
        }
    }

    static void Print(BacktestResult result)
    {
        Console.WriteLine("fold        train rows  frauds  test rows  frauds  AUC ROC  avg. precision  CardPrecision@100");
        foreach (FoldResult fold in result.Folds)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{fold.Name}  {fold.Train?.Rows,10}  {fold.Train?.Frauds,6}  {fold.Test.Rows,9}  {fold.Test.Frauds,6}  "
                + $"{fold.AucRoc,7:0.0000}  {fold.AveragePrecision,14:0.0000}  {fold.CardPrecisionAt100,17:0.0000}"));
        }
        (FoldMetrics mean, FoldMetrics std) = (result.Mean, result.Std);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"mean ± std: AUC ROC {mean.AucRoc:0.000} ± {std.AucRoc:0.000}, average precision {mean.AveragePrecision:0.000} ± {std.AveragePrecision:0.000}, "
            + $"CardPrecision@100 {mean.CardPrecisionAt100:0.000} ± {std.CardPrecisionAt100:0.000}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"as probabilities: Brier {mean.Brier:0.00000} ± {std.Brier:0.00000}, "
            + $"calibration error {mean.CalibrationError:0.00000} ± {std.CalibrationError:0.00000}"));
    }
}
