using System.Text.Json.Nodes;

namespace Vigil.Model.Tests;

/// <summary>A model's manifest, altered by hand.</summary>
static class ManifestFile
{
    /// <summary>Sets a value that is there.</summary>
    /// <param name="file">The manifest.</param>
    /// <param name="path">Names from the outermost in, with dots between them.</param>
    /// <param name="value">In JSON.</param>
    internal static void Change(string file, string path, string value)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(file))!;
        string[] steps = path.Split('.');
        var parent = steps.SkipLast(1).Aggregate(manifest, (node, step) => node[step]!);
        Assert.NotNull(parent[steps[^1]]);
        parent[steps[^1]] = JsonNode.Parse(value);
        File.WriteAllText(file, manifest.ToJsonString());
    }
}
