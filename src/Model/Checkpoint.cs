using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Features;

namespace Vigil.Model;

/// <summary>A trained model: its weights and the manifest that says how to run them.</summary>
public sealed class Checkpoint
{
    const string WeightsFile = "model.safetensors", ManifestFile = "manifest.json";

    static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    readonly byte[] _file;

    Checkpoint(CheckpointManifest manifest, byte[] file, IReadOnlyDictionary<string, Weight> weights)
    {
        Manifest = manifest;
        _file = file;
        Weights = weights;
    }

    /// <summary>How to run the weights, and where they come from.</summary>
    public CheckpointManifest Manifest { get; }

    /// <summary>By the names that <see cref="FraudEncoder"/> gives them.</summary>
    internal IReadOnlyDictionary<string, Weight> Weights { get; }

    /// <summary>A checkpoint of fresh weights; its manifest's hash is set.</summary>
    internal static Checkpoint Create(CheckpointManifest manifest, IReadOnlyDictionary<string, Weight> weights)
    {
        byte[] file = Safetensors.Write(weights);
        return new(manifest with { Hash = HashOf(manifest, file) }, file, weights);
    }

    /// <summary>Reads model.safetensors and manifest.json from a folder.</summary>
    /// <exception cref="InvalidDataException">A file is missing, cut or altered, or was made for another feature list or architecture; the message
    /// says what was found and what was expected.</exception>
    public static Checkpoint Load(string folder)
    {
        string manifestPath = Path.Combine(folder, ManifestFile), weightsPath = Path.Combine(folder, WeightsFile);
        var manifest = ReadManifest(manifestPath);
        CheckManifest(manifest, manifestPath);
        byte[] file = ReadBytes(weightsPath);
        var weights = Safetensors.Read(file, weightsPath);
        string hash = HashOf(manifest, file);
        Expect(hash, manifest.Hash, $"{folder}: content hash", "the weights or the manifest were altered");
        CheckWeights(manifest.Config, weights, weightsPath);
        return new(manifest, file, weights);
    }

    /// <summary>Writes model.safetensors and manifest.json into a folder, which is created.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, WeightsFile), _file);
        File.WriteAllText(Path.Combine(folder, ManifestFile), JsonSerializer.Serialize(Manifest, _json) + "\n");
    }

    /// <summary>The same model with other notes.</summary>
    public Checkpoint With(CheckpointNotes notes) => new(Manifest with { Notes = notes }, _file, Weights);

    static string HashOf(CheckpointManifest manifest, byte[] file) => Digest.Hex(
        file,
        JsonSerializer.SerializeToUtf8Bytes(manifest.Config, JsonSerializerOptions.Web),
        JsonSerializer.SerializeToUtf8Bytes(manifest.Features, JsonSerializerOptions.Web),
        JsonSerializer.SerializeToUtf8Bytes(manifest.Normalisation, JsonSerializerOptions.Web));

    static CheckpointManifest ReadManifest(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<CheckpointManifest>(ReadBytes(path), _json)
                ?? throw new InvalidDataException($"{path}: found null, expected a manifest");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: no manifest of this version: {error.Message}", error);
        }
    }

    static byte[] ReadBytes(string path) =>
        File.Exists(path)
        ? File.ReadAllBytes(path)
        : throw new InvalidDataException($"{path}: found no file, expected a checkpoint of {WeightsFile} and {ManifestFile}");

    static void CheckManifest(CheckpointManifest manifest, string path)
    {
        Expect(manifest.Format, CheckpointManifest.CurrentFormat, $"{path}: format", "use the version of Vigil that wrote it");
        Expect(
            manifest.Features.Version, FeatureList.Version, $"{path}: feature list version",
            "train again with this build, or use the version of Vigil that wrote it");
        Expect(manifest.Normalisation.Mean.Count, FeatureList.Numeric.Count, $"{path}: means", "the manifest was altered");
        Expect(manifest.Normalisation.Deviation.Count, FeatureList.Numeric.Count, $"{path}: deviations", "the manifest was altered");
        Expect(manifest.Normalisation.Edges.Count, FeatureList.Numeric.Count, $"{path}: edges", "the manifest was altered");
        if (manifest.Normalisation.Edges.Any(edges => edges.Count != manifest.Config.Bins + 1))
            throw new InvalidDataException($"{path}: expected {manifest.Config.Bins + 1} edges for each feature");
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
        Expect(weights.Count, shapes.Count, $"{path}: number of tensors", "the manifest describes another model");
        foreach (var (name, shape) in shapes)
        {
            if (!weights.TryGetValue(name, out var weight))
                throw new InvalidDataException($"{path}: found no tensor {name}, expected one of shape [{string.Join(", ", shape)}]");
            Expect(string.Join(", ", weight.Shape), string.Join(", ", shape), $"{path}: shape of {name}", "the manifest describes another model");
            if (!weight.Values.All(float.IsFinite))
                throw new InvalidDataException($"{path}: found a value of {name} that is not finite, expected numbers: the training diverged");
        }
    }

    internal static void Expect<T>(T found, T expected, string what, string hint)
    {
        if (!EqualityComparer<T>.Default.Equals(found, expected)) throw new InvalidDataException($"{what}: found {found}, expected {expected}; {hint}");
    }
}
