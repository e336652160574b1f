using System.Runtime.Intrinsics;

namespace Vigil.Features;

/// <summary><see cref="FeatureList.LabelWindows"/> in whole steps.</summary>
sealed class StepWindows(TimeSpan stepLength)
{
    internal const int Count = 3;

    readonly Vector128<int> _steps = Vector128.Create([.. FeatureList.LabelWindows.Select(window => (int)(window.Length.Ticks / stepLength.Ticks)), 0]);

    /// <summary>Whether a step lies in the longest window that ends with another one.</summary>
    internal bool LongestHolds(int step, int last) => (ulong)((long)last - step) < (ulong)_steps[Count - 1];

    /// <summary>
    /// Which windows hold a step that the longest one holds: all bits of a window's number are set, or none; what comes after the windows' is 0.
    /// </summary>
    internal Vector128<int> Holding(int step, int last) => Vector128.LessThan(Vector128.Create(last - step), _steps);

    /// <summary>Whether a step has left even the longest window that ends with the other step.</summary>
    internal bool IsPast(int step, int last) => (long)last - step >= _steps[Count - 1];
}
