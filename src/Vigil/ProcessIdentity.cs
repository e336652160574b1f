using System.Diagnostics;
using System.Globalization;

namespace Vigil;

/// <summary>A process by its id and its start, because an id alone is given to another process sooner or later.</summary>
/// <param name="Id">The process id.</param>
/// <param name="Start">When it started, in the system's own unit: clock ticks since boot on Linux, 100 ns ticks elsewhere.</param>
readonly record struct ProcessIdentity(int Id, long Start)
{
    /// <summary>True while this very process runs; a zombie does not.</summary>
    public bool IsAlive => Of(Id) == this;

    /// <summary>The process that has an id now, or null when there is none or it is a zombie.</summary>
    public static ProcessIdentity? Of(int id)
    {
        try
        {
            if (OperatingSystem.IsLinux()) return OfLinux(id);
            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : new(id, process.StartTime.Ticks);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IOException) // it has ended
        {
            return null;
        }
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not two numbers.</exception>
    public static ProcessIdentity Parse(string text)
    {
        string[] parts = text.Split(' ');
        return parts.Length == 2
            ? new(int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture))
            : throw new FormatException($"'{text}' is not a process id and a start time, two numbers with a space between");
    }

    /// <summary>The id and the start time with a space between.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} {Start}");

    /// <summary>Asks the process to end, if it is alive, and its process group with it if it leads one.</summary>
    public void Terminate() => End(Posix.SIGTERM);

    /// <summary>Ends the process without asking, if it is alive, and its process group with it if it leads one.</summary>
    public void Kill() => End(Posix.SIGKILL);

    void End(int signal)
    {
        if (!IsAlive) return;
        if (!OperatingSystem.IsWindows())
        {
            Posix.Send(Id, signal);
            return;
        }
        using var process = Process.GetProcessById(Id); // there are no signals on Windows
        process.Kill(entireProcessTree: true);
    }

    // The second field of /proc/ID/stat is the program's name in brackets, which may hold anything; the state is the third, the start the 22nd.
    // The start times of System.Diagnostics.Process are computed from the clock and differ between two processes that ask.
    static ProcessIdentity? OfLinux(int id)
    {
        string stat = File.ReadAllText($"/proc/{id}/stat");
        string[] fromThird = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fromThird[0] is "Z" or "X" ? null : new(id, long.Parse(fromThird[22 - 3], CultureInfo.InvariantCulture));
    }
}
