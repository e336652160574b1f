using TorchSharp;

namespace Vigil.Model;

/// <summary>A training's work, shared out.</summary>
static class TrainingParts
{
    /// <summary>
    /// Does something with every part of a list, each on a thread of its own, and says which it is. Operations on these parts are too small to be worth
    /// several threads each.
    /// </summary>
    /// <returns>How many parts there are.</returns>
    internal static int InParts<T>(this TrainingOptions options, T[] all, Action<T[], int> work)
    {
        int count = Math.Clamp(all.Length, 1, options.Workers), threads = Math.Max(1, options.Workers / count);
        Parallel.For(0, count, new() { MaxDegreeOfParallelism = count }, part =>
        {
            if (torch.get_num_threads() != threads) torch.set_num_threads(threads); // of this thread's operations
            work(all[(part * all.Length / count)..((part + 1) * all.Length / count)], part);
        });
        return count;
    }
}
