using System.Diagnostics;

namespace Vigil.Faults.Tests;

/// <summary>The folder of snapshots: a small file system of its own where this user may mount one, so that it can be full; else a plain folder.</summary>
sealed class SnapshotDisk : IDisposable
{
    const string Size = "256m";

    readonly string _ballast;

    internal SnapshotDisk(string folder)
    {
        Folder = folder;
        _ballast = Path.Combine(folder, "ballast");
        Directory.CreateDirectory(folder);
        CanBeFull = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={Size}", "vigil-faults", folder);
    }

    internal string Folder { get; }

    /// <summary>Whether it has an end that can be reached.</summary>
    internal bool CanBeFull { get; }

    /// <summary>Writes until nothing more goes in.</summary>
    internal void Fill()
    {
        using var file = new FileStream(_ballast, FileMode.Create);
        byte[] block = new byte[1 << 20];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full, which is what it is for.
        }
    }

    internal void Free() => File.Delete(_ballast);

    public void Dispose()
    {
        if (CanBeFull) Run("umount", Folder);
    }

    static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
