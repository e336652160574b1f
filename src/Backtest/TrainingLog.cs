using System.Globalization;
using Vigil.Model;

namespace Vigil.Backtest;

/// <summary>One line of a training's log.</summary>
/// <param name="Stage">What was learnt.</param>
/// <param name="Epoch">Of the stage, from 1.</param>
/// <param name="Step">Batches done in the stage.</param>
/// <param name="Loss">Mean loss of the epoch's rows so far.</param>
/// <param name="LearningRate">Of the last batch.</param>
/// <param name="AucRoc">Of the validation folds, their mean; at an epoch's end, where there are any.</param>
/// <param name="AveragePrecision">Likewise.</param>
/// <param name="Seconds">Since the stage began.</param>
public sealed record TrainingLogRow(
    TrainingStage Stage, int Epoch, int Step, double Loss, double LearningRate, double? AucRoc, double? AveragePrecision, double Seconds)
{
    internal const string Header = "stage,epoch,step,loss,learning_rate,validation_auc_roc,validation_average_precision,seconds";

    internal static TrainingLogRow Parse(string line)
    {
        string[] fields = line.Split(',');
        return new(
            Enum.Parse<TrainingStage>(fields[0], ignoreCase: true), (int)Number(fields[1]), (int)Number(fields[2]), Number(fields[3]), Number(fields[4]),
            Optional(fields[5]), Optional(fields[6]), Number(fields[7]));

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

        static double? Optional(string text) => text.Length == 0 ? null : Number(text);
    }

    internal string Line => string.Create(
        CultureInfo.InvariantCulture,
        $"{Stage.ToString().ToLowerInvariant()},{Epoch},{Step},{Loss:0.000000},{LearningRate:0.0000000},"
        + $"{AucRoc:0.0000},{AveragePrecision:0.0000},{Seconds:0.0}");
}

/// <summary>
/// A training's log as CSV: about twenty lines an epoch, the last with the validation figures. A resumed training's goes on where the state does: what a killed
/// process wrote after that is dropped.
/// </summary>
public sealed class TrainingLog : IDisposable
{
    const int LinesPerEpoch = 20;

    readonly string _path;
    readonly Func<FoldMetrics?> _validation;
    StreamWriter? _file;

    /// <summary>A log that is written from the first report on.</summary>
    /// <param name="path">Its folder must exist.</param>
    /// <param name="validation">The newest epoch's figures, asked at its end.</param>
    public TrainingLog(string path, Func<FoldMetrics?> validation) => (_path, _validation) = (path, validation);

    /// <summary>The whole lines of a log; none where there is no file.</summary>
    public static IReadOnlyList<TrainingLogRow> Read(string path)
    {
        string text = File.Exists(path) ? File.ReadAllText(path) : "";
        string whole = text[..(text.LastIndexOf('\n') + 1)]; // a kill may have torn the last
        return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(TrainingLogRow.Parse)];
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>Takes a report of the training, of which there is one after every batch.</summary>
    public void Add(TrainingProgress progress)
    {
        _file ??= Open(progress);
        if (!progress.IsEpochEnd && progress.Batch % Math.Max(1, progress.Batches / LinesPerEpoch) != 0) return;
        FoldMetrics? figures = progress.IsEpochEnd && progress.Stage == TrainingStage.Train ? _validation() : null;
        _file.WriteLine(new TrainingLogRow(
            progress.Stage,
            progress.Epoch,
            progress.Step,
            progress.Loss,
            progress.LearningRate,
            figures?.AucRoc,
            figures?.AveragePrecision,
            progress.Elapsed.TotalSeconds).Line);
    }

    StreamWriter Open(TrainingProgress first)
    {
        var before = Read(_path).Where(row => (row.Stage, row.Step).CompareTo((first.Stage, first.Step)) < 0).ToList();
        var file = new StreamWriter(_path) { AutoFlush = true, NewLine = "\n" };
        file.WriteLine(TrainingLogRow.Header);
        foreach (TrainingLogRow row in before) file.WriteLine(row.Line);
        return file;
    }
}
