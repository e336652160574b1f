using Vigil.Model;
using Xunit;

namespace Vigil.Backtest.Tests;

public sealed class TrainingLogTests : IDisposable
{
    readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("vigil-log-").FullName, "training.csv");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public void It_has_some_lines_an_epoch_the_last_with_the_validation_figures()
    {
        Write(1, 200);
        var rows = TrainingLog.Read(_path);
        Assert.Equal(40, rows.Count);
        Assert.Equal(Enumerable.Range(1, 40).Select(line => line * 5), rows.Select(row => row.Step));
        Assert.Equal(new TrainingLogRow(TrainingStage.Train, 2, 200, 0.5, 0.001, 0.9, 0.7, 200), rows[^1]);
        Assert.All(rows.Where(row => row.Step % 100 != 0), row => Assert.Null(row.AveragePrecision));
        const string Header = "stage,epoch,step,loss,learning_rate,validation_auc_roc,validation_average_precision,seconds\n";
        Assert.StartsWith(Header, File.ReadAllText(_path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_resumed_training_goes_on_where_its_state_does()
    {
        Write(1, 200);
        string whole = File.ReadAllText(_path);
        File.WriteAllText(_path, whole[..^9]); // torn
        Write(153, 200);
        Assert.Equal(whole, File.ReadAllText(_path));
    }

    [Fact]
    public void Another_training_begins_anew()
    {
        Write(1, 200);
        Write(1, 50);
        Assert.Equal(10, TrainingLog.Read(_path).Count);
    }

    void Write(int from, int to)
    {
        using var log = new TrainingLog(_path, () => new(0.9, 0.7, 0.3, 0.01, 0.002));
        for (int step = from; step <= to; step++)
        {
            int epoch = ((step - 1) / 100) + 1;
            log.Add(new(TrainingStage.Train, epoch, 2, step - ((epoch - 1) * 100), 100, 0.5, 0.001, null, null, TimeSpan.FromSeconds(step), TimeSpan.Zero));
        }
    }
}
