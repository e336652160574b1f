namespace Vigil.Backtest.Tests;

/// <summary>The public benchmark's file.</summary>
static class HandbookFile
{
    /// <summary>Its path, or null where a clone has none beside it.</summary>
    public static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Vigil.slnx"))) continue;
            string file = Path.Combine(folder.FullName, "..", "shared", "data", "handbook.csv.gz");
            return File.Exists(file) ? file : null;
        }
        return null;
    }
}
