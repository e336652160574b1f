using System.Globalization;

namespace Vigil.Bench;

/// <summary>What a bench is told by the environment, by a variable VIGIL_BENCH_NAME each.</summary>
static class BenchSetting
{
    /// <summary>A variable's text; null where it is not set or empty.</summary>
    internal static string? Text(string name) => Environment.GetEnvironmentVariable($"VIGIL_BENCH_{name}") is { Length: > 0 } text ? text : null;

    /// <summary>A variable's whole number.</summary>
    /// <param name="name">The variable, without VIGIL_BENCH_.</param>
    /// <param name="otherwise">Where it is not set.</param>
    /// <exception cref="FormatException">It is no whole number.</exception>
    internal static int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
