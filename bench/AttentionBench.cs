using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Vigil.Model;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Vigil.Bench;

/// <summary>
/// A prefill's attention, one layer of r1-tiny's width on one thread: sparse over latents, against the tensor library's own dense and causal kernel, both
/// without the projections around them. The time is the least of several runs, the memory the peak of one.
/// </summary>
static class AttentionBench
{
    const int Heads = 4, Latent = 32, Rotary = 16;

    internal static IReadOnlyList<Figure> Run()
    {
        set_num_threads(1);
        var sparse = new SparseAttention(new(Block: 16, Window: 8, Top: 4), Latent);
        var figures = new List<Figure>();
        double crossover = double.NaN;
        for (int length = 128; length <= 8192; length *= 2)
        {
            using var scope = NewDisposeScope();
            using var without = inference_mode();
            Tensor keys = randn(1, length, Latent + Rotary), queries = randn(1, length, Heads, Latent + Rotary) * 0.2f, gates = zeros(1, length, 3, Heads);
            Tensor query = randn(1, Heads, length, 32), key = randn(1, Heads, length, 32), value = randn(1, Heads, length, 32);
            var (sparseMs, sparseMiB) = Measure(() => sparse.Forward(queries, keys, gates, 0));
            var (denseMs, denseMiB) = Measure(() => F.scaled_dot_product_attention(query, key, value, is_casual: true));
            figures.Add(new($"sparse{length}", sparseMs, $"ms, {sparseMiB:F0} MiB at most"));
            figures.Add(new($"dense{length}", denseMs, $"ms, {denseMiB:F0} MiB at most"));
            figures.Add(new($"denseOverSparse{length}", denseMs / sparseMs, "x"));
            if (denseMs < sparseMs) crossover = double.NaN;
            else if (double.IsNaN(crossover)) crossover = length;
        }
        figures.Add(new("crossover", crossover, "transactions: the shortest of the lengths from which on sparse is faster"));
        return figures;
    }

    static (double Milliseconds, double MiB) Measure(Func<Tensor> attention)
    {
        attention().Dispose();
        double peak = PeakMiB(attention), least = double.PositiveInfinity;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1);)
        {
            using var scope = NewDisposeScope();
            long before = Stopwatch.GetTimestamp();
            attention();
            least = Math.Min(least, Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
        return (least, peak);
    }

    /// <summary>The growth of this process's resident memory while it runs, by the kernel's own high-water mark; on Linux only.</summary>
    static double PeakMiB(Func<Tensor> attention)
    {
        if (!OperatingSystem.IsLinux()) return double.NaN;
        using var scope = NewDisposeScope();
        _ = TrimHeap(0);
        double before = StatusMiB("VmRSS:");
        File.WriteAllText("/proc/self/clear_refs", "5"); // resets the high-water mark: proc(5)
        attention();
        return StatusMiB("VmHWM:") - before;
    }

    static double StatusMiB(string field) => double.Parse(
        File.ReadLines("/proc/self/status")
            .Single(line => line.StartsWith(field, StringComparison.Ordinal))
            .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;

    [DllImport("libc", EntryPoint = "malloc_trim"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int TrimHeap(nint pad);
}
