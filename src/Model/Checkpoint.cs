using System.Text.Json;
using Vigil.Model.Baselines;

namespace Vigil.Model;

/// <summary>A trained encoder: its weights and the manifest that says how to run them.</summary>
public sealed class Checkpoint : FraudModel
{
    const string WeightsFile = "model.safetensors";

    readonly byte[] _file;

    Checkpoint(CheckpointManifest manifest, byte[] file, IReadOnlyDictionary<string, Weight> weights)
    {
        Manifest = manifest;
        _file = file;
        Weights = weights;
    }

    /// <summary>How to run the weights, and where they come from.</summary>
    public override CheckpointManifest Manifest { get; }

    /// <summary>By the names that <see cref="FraudEncoder"/> gives them.</summary>
    internal IReadOnlyDictionary<string, Weight> Weights { get; }

    /// <summary>A checkpoint of fresh weights; its manifest's hash is set.</summary>
    internal static Checkpoint Create(CheckpointManifest manifest, IReadOnlyDictionary<string, Weight> weights)
    {
        byte[] file = Safetensors.Write(weights);
        return new(manifest with { Hash = HashOf(manifest, file) }, file, weights);
    }

    /// <summary>Whether a folder holds an encoder's weights.</summary>
    internal static bool IsIn(string folder) => File.Exists(Path.Combine(folder, WeightsFile));

    /// <summary>Reads model.safetensors and manifest.json from a folder.</summary>
    /// <exception cref="InvalidDataException">A file is missing, cut or altered, or was made for another feature list or architecture; the message
    /// says what was found and what was expected.</exception>
    public static new Checkpoint Load(string folder)
    {
        string weightsPath = Path.Combine(folder, WeightsFile);
        if (BaselineModel.IsIn(folder)) throw new InvalidDataException($"{folder}: found a baseline, expected an encoder");
        var manifest = ModelFolder.ReadManifest<CheckpointManifest>(folder, CheckpointManifest.CurrentFormat);
        CheckManifest(manifest, Path.Combine(folder, ModelFolder.ManifestFile));
        byte[] file = ModelFolder.ReadFile(folder, WeightsFile);
        var weights = Safetensors.Read(file, weightsPath);
        string hash = HashOf(manifest, file);
        ModelFolder.Expect(hash, manifest.Hash, $"{folder}: content hash", "the weights or the manifest were altered");
        CheckWeights(manifest.Config, weights, weightsPath);
        return new(manifest, file, weights);
    }

    /// <summary>Writes model.safetensors and manifest.json into a folder, which is created.</summary>
    public override void Save(string folder) => ModelFolder.Write(folder, Manifest, WeightsFile, _file);

    /// <summary>The same model with other notes.</summary>
    public override Checkpoint WithNotes(CheckpointNotes notes) => new(Manifest with { Notes = notes }, _file, Weights);

    /// <summary>The same encoder, whose scores are calibrated: another model, with another hash.</summary>
    public Checkpoint WithCalibration(Calibration calibration)
    {
        var manifest = Manifest with { Calibration = calibration };
        return new(manifest with { Hash = HashOf(manifest, _file) }, _file, Weights);
    }

    /// <inheritdoc/>
    public override SequenceScorer NewScorer(ModelOptions? options = null) => new(this, options);

    static string HashOf(CheckpointManifest manifest, byte[] file) => Digest.Hex(
        file,
        JsonSerializer.SerializeToUtf8Bytes(manifest.Config, JsonSerializerOptions.Web),
        JsonSerializer.SerializeToUtf8Bytes(manifest.Features, JsonSerializerOptions.Web),
        JsonSerializer.SerializeToUtf8Bytes(manifest.Normalisation, JsonSerializerOptions.Web),
        manifest.Calibration is null ? [] : JsonSerializer.SerializeToUtf8Bytes(manifest.Calibration, JsonSerializerOptions.Web));

    static void CheckManifest(CheckpointManifest manifest, string path)
    {
        manifest.Normalisation.Require(path, manifest.Config.Bins);
        if (manifest.Calibration is { } calibration && !(calibration.Slope > 0 && double.IsFinite(calibration.Slope) && double.IsFinite(calibration.Offset)))
            throw new InvalidDataException($"{path}: calibration: found {calibration}, expected a slope above 0 and a finite offset");
        try
        {
            manifest.Config.Validate();
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    static void CheckWeights(EncoderConfig config, Dictionary<string, Weight> weights, string path)
    {
        var shapes = EncoderShapes.Of(config);
        ModelFolder.Expect(weights.Count, shapes.Count, $"{path}: number of tensors", "the manifest describes another model");
        foreach (var (name, shape) in shapes)
        {
            if (!weights.TryGetValue(name, out var weight))
                throw new InvalidDataException($"{path}: found no tensor {name}, expected one of shape [{string.Join(", ", shape)}]");
            ModelFolder.Expect(string.Join(", ", weight.Shape), string.Join(", ", shape), $"{path}: shape of {name}", "the manifest describes another model");
            if (!weight.Values.All(float.IsFinite))
                throw new InvalidDataException($"{path}: found a value of {name} that is not finite, expected numbers: the training diverged");
        }
    }
}
