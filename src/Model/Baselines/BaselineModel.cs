using System.Text;
using System.Text.Json;

namespace Vigil.Model.Baselines;

/// <summary>A trained baseline. It is there to be measured against: the live service runs a <see cref="Checkpoint"/>.</summary>
public sealed class BaselineModel : FraudModel
{
    const string ModelFile = "baseline.txt";

    readonly byte[] _file;
    readonly BaselineColumns _columns;
    readonly IRowModel _learnt;

    BaselineModel(BaselineManifest manifest, byte[] file)
    {
        Manifest = manifest;
        _file = file;
        _columns = new(manifest.Features);
        _learnt = manifest.Baseline.Read(Encoding.UTF8.GetString(file), _columns);
    }

    /// <summary>Which baseline it is, and where it comes from.</summary>
    public override BaselineManifest Manifest { get; }

    /// <summary>Whether a folder holds a baseline's file.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, ModelFile));

    /// <summary>Reads baseline.txt and manifest.json from a folder.</summary>
    /// <exception cref="InvalidDataException">A file is missing, cut or altered, or was made for another feature list; the message says what was found and
    /// what was expected.</exception>
    public static new BaselineModel Load(string folder)
    {
        var manifest = ModelFolder.ReadManifest<BaselineManifest>(folder, BaselineManifest.CurrentFormat);
        byte[] file = ModelFolder.ReadFile(folder, ModelFile);
        ModelFolder.Expect(HashOf(manifest, file), manifest.Hash, $"{folder}: content hash", "the model or the manifest was altered");
        return new(manifest, file);
    }

    /// <inheritdoc/>
    public override void Save(string folder) => ModelFolder.Write(folder, Manifest, ModelFile, _file);

    /// <inheritdoc/>
    public override BaselineModel WithNotes(CheckpointNotes notes) => new(Manifest with { Notes = notes }, _file);

    /// <inheritdoc/>
    public override IFraudScorer NewScorer() => NewBaselineScorer();

    internal BaselineScorer NewBaselineScorer() => new(_learnt, _columns);

    /// <summary>A model of what was just learnt; its manifest's hash is set.</summary>
    internal static BaselineModel Create(BaselineManifest manifest, string learnt)
    {
        byte[] file = Encoding.UTF8.GetBytes(learnt);
        return new(manifest with { Hash = HashOf(manifest, file) }, file);
    }

    static string HashOf(BaselineManifest manifest, byte[] file) => Digest.Hex(
        file,
        JsonSerializer.SerializeToUtf8Bytes(manifest.Baseline, JsonSerializerOptions.Web),
        JsonSerializer.SerializeToUtf8Bytes(manifest.Features, JsonSerializerOptions.Web));
}
