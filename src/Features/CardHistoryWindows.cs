using System.Runtime.CompilerServices;

namespace Vigil.Features;

/// <summary>
/// For every window of <see cref="FeatureList.CardWindows"/>: how many of a card's newest transactions lie in it, and the sum of their
/// amounts.
/// </summary>
struct CardHistoryWindows
{
    internal const int Length = 10;

    static readonly long[] s_lengths = [.. FeatureList.CardWindows.Select(window => window.Microseconds)];

    internal PerWindow<int> Counts;
    internal PerWindow<long> Sums;

    /// <summary>Whether a time has left a window that ends now; the difference as an unsigned number cannot overflow.</summary>
    internal static bool IsPast(int window, long time, long now) => unchecked((ulong)(now - time)) >= (ulong)s_lengths[window];

    internal static int IndexOf(TimeSpan length) => FeatureList.CardWindows.TakeWhile(window => window.Length != length).Count();

    internal void Add(long amount)
    {
        for (int window = 0; window < Length; window++)
        {
            Counts[window]++;
            Sums[window] += amount;
        }
    }

    internal void Remove(int window, long amount)
    {
        Counts[window]--;
        Sums[window] -= amount;
    }
}

/// <summary>One value per window, inside the struct that holds it.</summary>
[InlineArray(CardHistoryWindows.Length)]
struct PerWindow<T>
{
    T _first;
}
