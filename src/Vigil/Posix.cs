using System.Runtime.InteropServices;

namespace Vigil;

/// <summary>The three calls of POSIX that .NET does not offer. The numbers of both signals are the same on every system.</summary>
static class Posix
{
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;

    /// <summary>Sends a signal to a process, or to its whole process group if it leads one. A process that has ended meanwhile is no error.</summary>
    public static void Send(int processId, int signal) => _ = kill(getpgid(processId) == processId ? -processId : processId, signal);

    /// <summary>
    /// Leaves the terminal's session, so that Ctrl-C there reaches the program in the foreground but not this child of it: the parent
    /// then ends its children in its own order. Does nothing in a process that leads its group already, or on Windows.
    /// </summary>
    public static void LeaveTerminal()
    {
        if (!OperatingSystem.IsWindows()) _ = setsid();
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int kill(int processId, int signal);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int getpgid(int processId);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int setsid();
}
