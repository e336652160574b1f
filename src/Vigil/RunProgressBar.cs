using System.Globalization;
using Spectre.Console;
using Vigil.Backtest;
using Vigil.Model;

namespace Vigil;

/// <summary>Shows a training or a backtest while it runs: a bar for each stage on a terminal, a line for each stage elsewhere.</summary>
static class RunProgressBar
{
    /// <summary>Runs the work on a thread of its own and shows what it reports.</summary>
    internal static async Task<T> ShowAsync<T>(int folds, Func<IProgress<RunProgress>, T> work)
    {
        if (Console.IsOutputRedirected) return await Task.Run(() => work(new Lines(folds)));
        return await AnsiConsole.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => Task.Run(() => work(new Bars(context, folds))));
    }

    static string Title(RunProgress value, int folds)
    {
        string fold = value.Fold > 0 ? string.Create(CultureInfo.InvariantCulture, $"fold {value.Fold} of {folds}: ") : "";
        return fold + value.Stage switch
        {
            RunStage.Read => "reading history",
            RunStage.Pretrain => "pretraining",
            RunStage.Train => "training",
            _ => "scoring",
        };
    }

    static string Figures(TrainingProgress training)
    {
        string validation = training.Best is { } best
            ? string.Create(CultureInfo.InvariantCulture, $", validation {training.Validation:0.0000}, best {best:0.0000}")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"epoch {training.Epoch} of {training.Epochs}, loss {training.Loss:0.00000}{validation}");
    }

    sealed class Bars(ProgressContext context, int folds) : IProgress<RunProgress>
    {
        readonly Dictionary<(int, RunStage), ProgressTask> _tasks = [];
        ProgressTask? _current;

        public void Report(RunProgress value)
        {
            if (!_tasks.TryGetValue((value.Fold, value.Stage), out ProgressTask? task))
            {
                if (_current is not null) _current.Value = _current.MaxValue;
                _tasks[(value.Fold, value.Stage)] = task = context.AddTask(Title(value, folds), maxValue: 1);
                _current = task;
            }
            task.Value = value.Share;
            if (value.Training is { } training) task.Description = $"{Title(value, folds)}, {Figures(training)}";
        }
    }

    sealed class Lines(int folds) : IProgress<RunProgress>
    {
        (int Fold, RunStage Stage)? _last;

        public void Report(RunProgress value)
        {
            if (value.Training is { IsEpochEnd: true } training) Console.WriteLine($"{Title(value, folds)}, {Figures(training)}");
            if (_last == (value.Fold, value.Stage)) return;
            _last = (value.Fold, value.Stage);
            if (value.Training is null) Console.WriteLine(Title(value, folds));
        }
    }
}
