using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;

namespace Vigil.Model.Tests;

/// <summary>The runtime decides when it starts which instructions it uses; so other vector widths are other processes, of this very program.</summary>
public sealed class InstructionSetTests
{
    const string FileVariable = "VIGIL_TEST_SCORES";

    static string Widths => $"512 bits: {Vector512.IsHardwareAccelerated}, 256 bits: {Vector256.IsHardwareAccelerated}";

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "512 bits: False")]
    [InlineData("DOTNET_EnableAVX2", "256 bits: False")]
    [InlineData("DOTNET_EnableHWIntrinsic", "512 bits: False, 256 bits: False")]
    public async Task Scores_without_some_vector_instructions_agree(string variable, string expected)
    {
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
            start.ArgumentList.Add("-method");
            start.ArgumentList.Add($"*.{nameof(Scores_are_written_where_another_process_asks_for_them)}");
            (start.Environment[variable], start.Environment[FileVariable]) = ("0", file);
            using var process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output);
            string[] lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
            Assert.Contains(expected, lines[0], StringComparison.Ordinal);
            Assert.Equal(Scores(), lines.Skip(1).Select(line => float.Parse(line, CultureInfo.InvariantCulture)), (x, y) => Math.Abs(x - y) < 1e-5);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Scores_are_written_where_another_process_asks_for_them()
    {
        string? file = Environment.GetEnvironmentVariable(FileVariable);
        Assert.SkipUnless(file is not null, "only asked for by the test of other vector widths");
        File.WriteAllLines(file!, [Widths, .. Scores().Select(score => score.ToString("R", CultureInfo.InvariantCulture))]);
    }

    /// <summary>Logits of every kind of encoder.</summary>
    static IEnumerable<float> Scores() => World.Configs.Values.SelectMany(config =>
    {
        var scorer = new SequenceScorer(World.Checkpoint(config));
        return new World(31, 1).Take(150).Select(vector => scorer.Score(vector).Logit);
    });
}
