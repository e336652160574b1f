namespace Vigil.Tests.Support;

/// <summary>Where the repository is, and what lies beside it on machines that have more to test against.</summary>
static class Repository
{
    /// <summary>The folder of Vigil.slnx.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>A file or folder of the folder <c>shared</c> beside the repository; null where it is not there.</summary>
    internal static string? Shared(string path)
    {
        string shared = Path.GetFullPath(Path.Combine(Root, "..", "shared", path));
        return Path.Exists(shared) ? shared : null;
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Vigil.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Vigil.slnx.");
    }
}
