using Vigil.Model.Baselines;

namespace Vigil.Model.Tests.Baselines;

public sealed class BaselineModelTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("vigil-baseline-").FullName;

    public static TheoryData<string> Names { get; } = [.. BaselineConfig.Presets];

    string Manifest => Path.Combine(_folder, "manifest.json");

    string Model => Path.Combine(_folder, "baseline.txt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_saved_baseline_loads_and_scores_the_same(string name)
    {
        var saved = Trained(name).WithNotes(new() { Threshold = 0.25 });
        saved.Save(_folder);
        var loaded = FraudModel.Load(_folder);
        Assert.Equal(saved.Manifest.Hash, loaded.Manifest.Hash);
        Assert.Equal(saved.Manifest.Baseline, Assert.IsType<BaselineManifest>(loaded.Manifest).Baseline);
        Assert.Equal(0.25, loaded.Manifest.Notes.Threshold);
        IFraudScorer before = saved.NewScorer(), after = loaded.NewScorer();
        foreach (var vector in new World(1, 2).Take(60)) Assert.Equal(before.Score(vector), after.Score(vector));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_changed_or_cut_file_is_refused(string name)
    {
        Trained(name).Save(_folder);
        byte[] file = File.ReadAllBytes(Model);
        File.WriteAllBytes(Model, [.. file[..^2], (byte)(file[^2] ^ 1), file[^1]]);
        Assert.Contains("content hash: found", Refusal(), StringComparison.Ordinal);
        File.WriteAllBytes(Model, file[..(file.Length / 2)]);
        Assert.Contains("content hash: found", Refusal(), StringComparison.Ordinal);
        File.Delete(Model);
        Assert.Contains("found no model's file, expected model.safetensors or baseline.txt", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_feature_list_is_refused(string name)
    {
        Trained(name).Save(_folder);
        ManifestFile.Change(Manifest, "features.version", "\"000000000000\"");
        Assert.Contains("feature list version: found 000000000000, expected", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("features.stepLength", "\"00:30:00\"", "content hash: found")]
    [InlineData("features.without", "[]", "content hash: found")]
    [InlineData("baseline.l2", "4", "content hash: found")]
    [InlineData("baseline.model", "\"perceptron\"", "no manifest of this version")]
    [InlineData("format", "1", "format: found 1, expected 2")]
    [InlineData("normalisation.clip", "4", "content hash: found")]
    [InlineData("normalisation.mean", "[1]", "means: found 1, expected")]
    [InlineData("normalisation", "null", "found True, expected False")]
    public void A_changed_manifest_is_refused(string path, string value, string expected)
    {
        Trained("logistic", "amount").Save(_folder);
        ManifestFile.Change(Manifest, path, value);
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_manifest_is_refused()
    {
        Trained("logistic").Save(_folder);
        File.Delete(Manifest);
        Assert.Contains("found no file", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_is_no_encoders_checkpoint()
    {
        Trained("logistic").Save(_folder);
        var error = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(_folder));
        Assert.Contains("found a baseline, expected an encoder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hybrid_with_another_encoder_is_refused()
    {
        Trained("hybrid").Save(_folder);
        World.Checkpoint().Save(Path.Combine(_folder, "encoder"));
        Assert.Contains("content hash: found", Refusal(), StringComparison.Ordinal);
    }

    static BaselineModel Trained(string name, params string[] without) => BaselineTrainerTests.Train(name, without);

    string Refusal() => Assert.Throws<InvalidDataException>(() => FraudModel.Load(_folder)).Message;
}
