using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Features;

namespace Vigil.Model;

/// <summary>The files of a model's folder, and the refusals that all kinds of models share.</summary>
static class ModelFolder
{
    internal const string ManifestFile = "manifest.json";

    static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads a manifest of the given format and of this build's feature list.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is of another; the message says what was found and what was expected.</exception>
    internal static TManifest ReadManifest<TManifest>(string folder, int format)
        where TManifest : ModelManifest
    {
        string path = Path.Combine(folder, ManifestFile);
        var manifest = Parse<TManifest>(path);
        Expect(manifest.Format, format, $"{path}: format", "use the version of Vigil that wrote it");
        Expect(
            manifest.Features.Version, FeatureList.Version, $"{path}: feature list version",
            "train again with this build, or use the version of Vigil that wrote it");
        return manifest;
    }

    internal static byte[] ReadFile(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path)
            ? File.ReadAllBytes(path)
            : throw new InvalidDataException($"{path}: found no file, expected one that vigil train wrote");
    }

    internal static void Write<TManifest>(string folder, TManifest manifest, string name, byte[] file)
        where TManifest : ModelManifest
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, name), file);
        File.WriteAllText(Path.Combine(folder, ManifestFile), JsonSerializer.Serialize(manifest, _json) + "\n");
    }

    internal static void Expect<T>(T found, T expected, string what, string hint)
    {
        if (!EqualityComparer<T>.Default.Equals(found, expected)) throw new InvalidDataException($"{what}: found {found}, expected {expected}; {hint}");
    }

    static TManifest Parse<TManifest>(string path)
        where TManifest : ModelManifest
    {
        try
        {
            byte[] text = ReadFile(Path.GetDirectoryName(path)!, ManifestFile);
            return JsonSerializer.Deserialize<TManifest>(text, _json) ?? throw new InvalidDataException($"{path}: found null, expected a manifest");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: no manifest of this version: {error.Message}", error);
        }
    }
}
