using System.Text;
using Xunit;

namespace Vigil.Features.Tests;

public sealed class FeatureListTests
{
    [Fact]
    public void Names_are_unique_and_found_where_they_lie()
    {
        Assert.Equal(FeatureList.Numeric.Count, FeatureList.Numeric.Select(feature => feature.Name).Distinct().Count());
        for (int i = 0; i < FeatureList.Numeric.Count; i++) Assert.Equal(i, FeatureList.IndexOf(FeatureList.Numeric[i].Name));
        Assert.Throws<KeyNotFoundException>(() => FeatureList.IndexOf("no_such_feature"));
    }

    [Fact]
    public void The_version_is_stable_and_changes_only_with_the_list() => Assert.Equal("ba476efe55c4", FeatureList.Version);

    [Fact]
    public void The_table_in_the_docs_is_the_list()
    {
        string docs = File.ReadAllText(Path.Combine(Root(), "docs", "features.md"));
        Assert.Contains(Table(), docs, StringComparison.Ordinal);
        Assert.Contains(FeatureList.Version, docs, StringComparison.Ordinal);
    }

    static string Table()
    {
        var table = new StringBuilder("| feature | unit | what it is | scale |\n|---|---|---|---|\n");
        foreach (var feature in FeatureList.Numeric) table.Append($"| `{feature.Name}` | {feature.Unit} | {feature.Formula} | {feature.Scale} |\n");
        table.Append("\n| category | values | what it is |\n|---|---|---|\n");
        foreach (var feature in FeatureList.Categorical) table.Append($"| `{feature.Name}` | {feature.Cardinality} | {feature.Formula} |\n");
        return table.ToString();
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Vigil.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
