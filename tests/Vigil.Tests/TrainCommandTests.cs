using Vigil.Backtest;
using Vigil.Model;
using Xunit;

namespace Vigil.Tests;

public sealed class TrainCommandTests : IDisposable
{
    static readonly string[] s_request =
        ["train", "--world", "handbook", "--seed", "11", "--customers", "200", "--terminals", "400", "--days", "56", "--epochs", "4",
         "--train", "2018-04-15..2018-05-06", "--validate", "2018-05-13..2018-05-27"];

    readonly string _folder = Directory.CreateTempSubdirectory("vigil-train-").FullName;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_killed_training_goes_on_and_gives_the_same_model_with_its_log_and_curves()
    {
        await TrainAsync("whole");
        string resumed = Path.Combine(_folder, "resumed");
        await using (var killed = VigilProcess.Start([.. s_request, "--out", resumed]))
        {
            await Polling.UntilAsync(
                () => Task.FromResult(killed.Output.Contains("training, epoch 2 of 4", StringComparison.Ordinal)), () => killed.Errors, Token);
            await killed.SignalAsync("KILL");
            await killed.WaitAsync(Token);
        }
        Assert.False(Directory.Exists(resumed), "killed too late: the training had ended");

        string output = await TrainAsync("resumed");
        Assert.DoesNotContain("training, epoch 1 of 4", output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "whole", "model.safetensors")), File.ReadAllBytes(Path.Combine(resumed, "model.safetensors")));
        Assert.Equal(Checkpoint.Load(Path.Combine(_folder, "whole")).Manifest.Hash, Checkpoint.Load(resumed).Manifest.Hash);
        Assert.False(Directory.Exists(resumed + ".training"));
        Assert.Equal(Steps("whole"), Steps("resumed"));
        Assert.Equal("PNG", System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(Path.Combine(resumed, "training.png")), 1, 3));
    }

    [Fact]
    public async Task A_shape_of_ones_own_is_trained_with_a_teacher()
    {
        string file = Path.Combine(_folder, "shape.json");
        File.WriteAllText(file, """{"name": "mine", "layers": 1, "segment": 48, "memory": 48, "sparse": {"block": 16, "window": 1, "top": 1}}""");
        await TrainAsync("own", "--shape", file, "--batch", "16", "--teacher", "logistic");
        Assert.Equal(
            EncoderConfig.Preset("r1-tiny") with { Name = "mine", Layers = 1, Segment = 48, Memory = 48, Sparse = new(16, 1, 1) },
            Checkpoint.Load(Path.Combine(_folder, "own")).Manifest.Config);
    }

    async Task<string> TrainAsync(string name, params string[] options)
    {
        await using var process = VigilProcess.Start([.. s_request, .. options, "--out", Path.Combine(_folder, name)]);
        Assert.True(await process.WaitAsync(Token) == 0, process.Errors);
        return process.Output;
    }

    IEnumerable<(int, double?)> Steps(string name) =>
        TrainingLog.Read(Path.Combine(_folder, name, "training.csv")).Select(row => (row.Step, row.AveragePrecision));
}
