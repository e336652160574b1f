using System.Diagnostics;

namespace Vigil;

/// <summary>This program, to be started again with another verb.</summary>
static class VigilProgram
{
    /// <summary>The executable: it lies beside the program's other files, whoever runs them.</summary>
    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "vigil.exe" : "vigil");

    /// <summary>How to start it; the caller chooses which streams to redirect.</summary>
    /// <param name="arguments">The verb and its arguments.</param>
    public static ProcessStartInfo StartInfo(params string[] arguments) => new(Executable, arguments);
}
