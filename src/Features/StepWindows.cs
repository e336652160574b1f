using System.Runtime.CompilerServices;

namespace Vigil.Features;

/// <summary><see cref="FeatureList.LabelWindows"/> in whole steps.</summary>
sealed class StepWindows(TimeSpan stepLength)
{
    internal const int Count = 3;

    readonly int[] _steps = [.. FeatureList.LabelWindows.Select(window => (int)(window.Length.Ticks / stepLength.Ticks))];

    /// <summary>Whether a window that ends with the other step holds a step; one that is not past.</summary>
    internal bool Holds(int window, int step, int last) => (long)last - step < _steps[window];

    /// <summary>Whether a step has left even the longest window that ends with the other step.</summary>
    internal bool IsPast(int step, int last) => !Holds(Count - 1, step, last);
}

/// <summary>One value per window of steps, inside the struct that holds it.</summary>
[InlineArray(StepWindows.Count)]
struct PerStepWindow<T>
{
    T _first;
}
