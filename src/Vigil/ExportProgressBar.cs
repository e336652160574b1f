using System.Globalization;
using Spectre.Console;
using Vigil.Backtest;

namespace Vigil;

/// <summary>Shows on a terminal how far an export has come; a history does not say beforehand where it ends, so the bar has no end either.</summary>
static class ExportProgressBar
{
    /// <summary>Runs the work on a thread of its own and shows what it reports; nothing where the output is no terminal.</summary>
    internal static async Task<FeatureExportCounts> ShowAsync(Func<IProgress<FeatureExportCounts>?, Task<FeatureExportCounts>> work)
    {
        if (Console.IsOutputRedirected) return await Task.Run(() => work(null));
        return await AnsiConsole.Progress()
            .Columns(new ProgressBarColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask("features");
                task.IsIndeterminate = true;
                return Task.Run(() => work(new Bar(task)));
            });
    }

    sealed class Bar(ProgressTask task) : IProgress<FeatureExportCounts>
    {
        public void Report(FeatureExportCounts value) => task.Description = string.Create(CultureInfo.InvariantCulture,
            $"{value.Read:N0} transactions, up to {value.Reached.ToDateTimeOffset():yyyy-MM-dd}");
    }
}
