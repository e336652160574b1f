using System.Text;
using System.Text.Json;

namespace Vigil.Model.Baselines;

/// <summary>A trained model of rows: trees or a regression over each transaction's features, or a hybrid, which reads an encoder too.</summary>
public sealed class BaselineModel : FraudModel
{
    const string ModelFile = "baseline.txt", EncoderFolder = "encoder";

    readonly byte[] _file;
    readonly BaselineColumns _columns;
    readonly IRowModel _learnt;
    readonly Checkpoint? _encoder;

    BaselineModel(BaselineManifest manifest, byte[] file, Checkpoint? encoder)
    {
        Manifest = manifest;
        (_file, _encoder) = (file, encoder);
        _columns = new(manifest.Features, encoder?.Manifest.Config);
        _learnt = manifest.Baseline.Read(Encoding.UTF8.GetString(file), _columns);
    }

    /// <summary>Which baseline it is, and where it comes from.</summary>
    public override BaselineManifest Manifest { get; }

    /// <summary>Whether a folder holds a baseline's file.</summary>
    internal static bool IsIn(string folder) => File.Exists(Path.Combine(folder, ModelFile));

    /// <summary>Reads baseline.txt and manifest.json from a folder, and a hybrid's encoder from the folder in it.</summary>
    /// <exception cref="InvalidDataException">A file is missing, cut or altered, or was made for another feature list; the message says what was found and
    /// what was expected.</exception>
    public static new BaselineModel Load(string folder)
    {
        var manifest = ModelFolder.ReadManifest<BaselineManifest>(folder, BaselineManifest.CurrentFormat);
        CheckManifest(manifest, Path.Combine(folder, ModelFolder.ManifestFile));
        byte[] file = ModelFolder.ReadFile(folder, ModelFile);
        Checkpoint? encoder = manifest.Baseline.ReadsEncoder ? Checkpoint.Load(Path.Combine(folder, EncoderFolder)) : null;
        ModelFolder.Expect(HashOf(manifest, file, encoder), manifest.Hash, $"{folder}: content hash", "the model or the manifest was altered");
        return new(manifest, file, encoder);
    }

    /// <inheritdoc/>
    public override void Save(string folder)
    {
        ModelFolder.Write(folder, Manifest, ModelFile, _file);
        _encoder?.Save(Path.Combine(folder, EncoderFolder));
    }

    /// <inheritdoc/>
    public override BaselineModel WithNotes(CheckpointNotes notes) => new(Manifest with { Notes = notes }, _file, _encoder);

    /// <inheritdoc/>
    public override IFraudScorer NewScorer(ModelOptions? options = null) =>
        _encoder is null ? new BaselineScorer(_learnt, _columns, Manifest.Normalisation!) : new HybridScorer(_encoder.NewScorer(options), _learnt, _columns);

    /// <summary>The score of a row of the model's columns.</summary>
    internal FraudScore Score(ReadOnlySpan<float> row) => _learnt.Score(row);

    /// <summary>A model of what was just learnt; its manifest's hash is set.</summary>
    internal static BaselineModel Create(BaselineManifest manifest, string learnt, Checkpoint? encoder)
    {
        byte[] file = Encoding.UTF8.GetBytes(learnt);
        return new(manifest with { Hash = HashOf(manifest, file, encoder) }, file, encoder);
    }

    static void CheckManifest(BaselineManifest manifest, string path)
    {
        bool isWithout = manifest.Normalisation is null;
        ModelFolder.Expect(isWithout, manifest.Baseline.ReadsEncoder, $"{path}: that there is no normalisation", "the manifest was altered");
        manifest.Normalisation?.Require(path, bins: 0);
    }

    static string HashOf(BaselineManifest manifest, byte[] file, Checkpoint? encoder) => Digest.Hex(
        file,
        Encoding.UTF8.GetBytes(encoder?.Manifest.Hash ?? ""),
        JsonSerializer.SerializeToUtf8Bytes(manifest.Baseline, JsonSerializerOptions.Web),
        JsonSerializer.SerializeToUtf8Bytes(manifest.Features, JsonSerializerOptions.Web),
        JsonSerializer.SerializeToUtf8Bytes(manifest.Normalisation, JsonSerializerOptions.Web));
}
