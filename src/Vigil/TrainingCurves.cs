using ScottPlot;
using ScottPlot.Plottables;
using Vigil.Backtest;
using Vigil.Model;

namespace Vigil;

/// <summary>A training's log as a picture: loss on the left scale, the validation figures on the right one.</summary>
static class TrainingCurves
{
    const int Width = 900, Height = 540;

    /// <summary>Writes a PNG of the labels' stage.</summary>
    internal static void Write(IReadOnlyList<TrainingLogRow> rows, string path)
    {
        TrainingLogRow[] train = [.. rows.Where(row => row.Stage == TrainingStage.Train)];
        using var plot = new Plot();
        Add(plot, train, "loss", row => row.Loss);
        foreach (Scatter curve in (Scatter[])
            [Add(plot, train, "validation: average precision", row => row.AveragePrecision), Add(plot, train, "validation: AUC ROC", row => row.AucRoc)])
            curve.Axes.YAxis = plot.Axes.Right;
        plot.XLabel("batches");
        plot.YLabel("loss, mean of the epoch so far");
        plot.Axes.Right.Label.Text = "validation";
        plot.ShowLegend(Alignment.LowerLeft);
        File.WriteAllBytes(path, plot.GetImageBytes(Width, Height, ImageFormat.Png));
    }

    static Scatter Add(Plot plot, TrainingLogRow[] rows, string name, Func<TrainingLogRow, double?> value)
    {
        TrainingLogRow[] valued = [.. rows.Where(row => value(row) is not null)];
        Scatter curve = plot.Add.Scatter(valued.Select(row => (double)row.Step).ToArray(), valued.Select(row => value(row)!.Value).ToArray());
        curve.LegendText = name;
        return curve;
    }
}
