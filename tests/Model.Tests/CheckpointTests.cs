using System.Text.Json.Nodes;

namespace Vigil.Model.Tests;

public sealed class CheckpointTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("vigil-checkpoint-").FullName;

    string Weights => Path.Combine(_folder, "model.safetensors");

    string Manifest => Path.Combine(_folder, "manifest.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_saved_checkpoint_loads_and_scores_the_same()
    {
        var saved = World.Checkpoint().WithNotes(new() { Threshold = 0.25, Metrics = new Dictionary<string, double> { ["auc"] = 0.8 } });
        saved.Save(_folder);
        var loaded = Checkpoint.Load(_folder);
        Assert.Equal(saved.Manifest.Hash, loaded.Manifest.Hash);
        Assert.Equal(0.25, loaded.Manifest.Notes.Threshold);
        Assert.Equal(0.8, loaded.Manifest.Notes.Metrics["auc"]);
        SequenceScorer before = new(saved), after = new(loaded);
        foreach (var vector in new World(1, 2).Take(60)) Assert.Equal(before.Score(vector), after.Score(vector));
    }

    [Fact]
    public void Notes_are_no_part_of_the_hash() =>
        Assert.Equal(World.Checkpoint().Manifest.Hash, World.Checkpoint().WithNotes(new() { Threshold = 0.5 }).Manifest.Hash);

    [Fact]
    public void A_calibrated_checkpoint_scores_calibrated_probabilities_and_is_another_model()
    {
        var plain = World.Checkpoint();
        var calibration = new Calibration(0.8, -0.5);
        plain.WithCalibration(calibration).Save(_folder);
        var loaded = Checkpoint.Load(_folder);
        Assert.NotEqual(plain.Manifest.Hash, loaded.Manifest.Hash);
        SequenceScorer before = new(plain), after = new(loaded);
        foreach (var vector in new World(1, 2).Take(60))
            Assert.Equal(FraudScore.FromLogit(calibration.Of(before.Score(vector).Logit)), after.Score(vector));
    }

    [Fact]
    public void A_manifest_without_a_calibration_is_read_as_uncalibrated()
    {
        World.Checkpoint().Save(_folder);
        Assert.DoesNotContain("calibration", File.ReadAllText(Manifest), StringComparison.Ordinal);
        Assert.Null(Checkpoint.Load(_folder).Manifest.Calibration);
    }

    [Theory]
    [InlineData("slope", "-1", "expected a slope above 0")]
    [InlineData("offset", "1e300", "content hash: found")]
    public void A_changed_calibration_is_refused(string part, string value, string expected)
    {
        World.Checkpoint().WithCalibration(new(1, 0)).Save(_folder);
        var manifest = JsonNode.Parse(File.ReadAllText(Manifest))!;
        manifest["calibration"]![part] = JsonNode.Parse(value);
        File.WriteAllText(Manifest, manifest.ToJsonString());
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(500)]
    [InlineData(-4)]
    public void A_cut_file_is_refused(int keep)
    {
        World.Checkpoint().Save(_folder);
        byte[] file = File.ReadAllBytes(Weights);
        File.WriteAllBytes(Weights, keep > 0 ? file[..keep] : file[..^-keep]);
        Assert.Contains("the file is cut", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_weight_is_refused()
    {
        World.Checkpoint().Save(_folder);
        byte[] file = File.ReadAllBytes(Weights);
        file[^2] ^= 1;
        File.WriteAllBytes(Weights, file);
        Assert.Contains("content hash: found", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("features.version", "\"000000000000\"", "feature list version: found 000000000000, expected")]
    [InlineData("features.historyLength", "128", "content hash: found")]
    [InlineData("features.stepLength", "\"00:30:00\"", "content hash: found")]
    [InlineData("config.architecture", "\"gru\"", "Architecture is gru, expected base or r1 or lstm")]
    [InlineData("config.heads", "3", "Width is 64, expected a multiple of 16 for each of 3 heads")]
    [InlineData("config.longestPeriod", "1000000", "content hash: found")]
    [InlineData("normalisation.clip", "4", "content hash: found")]
    [InlineData("format", "1", "format: found 1, expected 2")]
    [InlineData("seed", "\"one\"", "no manifest of this version")]
    public void A_changed_manifest_is_refused(string path, string value, string expected)
    {
        World.Checkpoint().Save(_folder);
        ManifestFile.Change(Manifest, path, value);
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_another_shape_are_refused()
    {
        var checkpoint = World.Checkpoint();
        Checkpoint.Create(checkpoint.Manifest with { Config = World.Config with { Hidden = 64 } }, checkpoint.Weights).Save(_folder);
        Assert.Contains("found 64, 48, expected 64, 64", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_refused()
    {
        var checkpoint = World.Checkpoint();
        checkpoint.Weights["head.logit.bias"].Values[0] = float.NaN;
        Checkpoint.Create(checkpoint.Manifest, checkpoint.Weights).Save(_folder);
        Assert.Contains("not finite", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_refused() => Assert.Contains("found no file", Refusal(), StringComparison.Ordinal);

    string Refusal() => Assert.Throws<InvalidDataException>(() => Checkpoint.Load(_folder)).Message;
}
