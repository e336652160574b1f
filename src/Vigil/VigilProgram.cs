using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Vigil;

/// <summary>This program, to be started again with another verb.</summary>
static class VigilProgram
{
    // The runtime that runs this program may be one that the executable would not find by itself: shared/Microsoft.NETCore.App/10.0.x/ lies below its root.
    static readonly string _runtimeRoot = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The executable: it lies beside the program's other files, whoever runs them.</summary>
    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "vigil.exe" : "vigil");

    /// <summary>How to start it; the caller chooses which streams to redirect.</summary>
    /// <param name="arguments">The verb and its arguments.</param>
    public static ProcessStartInfo StartInfo(params string[] arguments) => new(Executable, arguments)
    {
        Environment = { ["DOTNET_ROOT"] = _runtimeRoot },
    };
}
