using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML;

namespace Vigil.Model.Baselines;

/// <summary>A trained baseline. It is there to be measured against: the live service runs a <see cref="Checkpoint"/>.</summary>
public sealed class BaselineModel : FraudModel
{
    const string ModelFile = "model.zip";

    static readonly DateTimeOffset s_undated = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly byte[] _file;
    readonly ITransformer _learnt;

    BaselineModel(BaselineManifest manifest, byte[] file, ITransformer learnt)
    {
        Manifest = manifest;
        _file = file;
        _learnt = learnt;
    }

    /// <summary>Which baseline it is, and where it comes from.</summary>
    public override BaselineManifest Manifest { get; }

    /// <summary>Whether a folder holds a baseline's file.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, ModelFile));

    /// <summary>Reads model.zip and manifest.json from a folder.</summary>
    /// <exception cref="InvalidDataException">A file is missing, cut or altered, or was made for another feature list; the message says what was found and
    /// what was expected.</exception>
    public static new BaselineModel Load(string folder)
    {
        var manifest = ModelFolder.ReadManifest<BaselineManifest>(folder, BaselineManifest.CurrentFormat);
        byte[] file = ModelFolder.ReadFile(folder, ModelFile);
        ModelFolder.Expect(HashOf(manifest, file), manifest.Hash, $"{folder}: content hash", "the model or the manifest was altered");
        using var stream = new MemoryStream(file);
        return new(manifest, file, new MLContext().Model.Load(stream, out _));
    }

    /// <inheritdoc/>
    public override void Save(string folder) => ModelFolder.Write(folder, Manifest, ModelFile, _file);

    /// <inheritdoc/>
    public override BaselineModel WithNotes(CheckpointNotes notes) => new(Manifest with { Notes = notes }, _file, _learnt);

    /// <inheritdoc/>
    public override IFraudScorer NewScorer() => NewBaselineScorer();

    internal BaselineScorer NewBaselineScorer() => new(_learnt, new(Manifest.Features, Manifest.Seed));

    /// <summary>A model of what was just learnt; its manifest's hash is set.</summary>
    internal static BaselineModel Create(BaselineManifest manifest, MLContext context, ITransformer learnt, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        context.Model.Save(learnt, schema, stream);
        byte[] file = Undated(stream);
        return new(manifest with { Hash = HashOf(manifest, file) }, file, learnt);
    }

    /// <summary>The library dates what it packs, and the same model would have another hash each time.</summary>
    static byte[] Undated(MemoryStream stream)
    {
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in archive.Entries) entry.LastWriteTime = s_undated;
        }
        return stream.ToArray();
    }

    static string HashOf(BaselineManifest manifest, byte[] file) => Digest.Hex(
        file,
        JsonSerializer.SerializeToUtf8Bytes(manifest.Baseline, JsonSerializerOptions.Web),
        JsonSerializer.SerializeToUtf8Bytes(manifest.Features, JsonSerializerOptions.Web));
}
