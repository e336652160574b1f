namespace Vigil.Features;

/// <summary><see cref="FeatureList.LabelWindows"/> in whole steps.</summary>
sealed class LabelWindows(TimeSpan stepLength)
{
    readonly int[] _steps = [.. FeatureList.LabelWindows.Select(window => (int)(window.Length.Ticks / stepLength.Ticks))];

    /// <summary>Whether a label of a step has left even the longest window that ends with the other step.</summary>
    internal bool IsPast(int step, int last) => (long)last - step >= _steps[^1];

    /// <summary>Counts a label in every window that holds its step.</summary>
    internal void Count(int step, int last, ref PerLabelWindow counts)
    {
        for (int window = 0; window < MerchantRisk.Windows; window++)
        {
            if (last - step < _steps[window]) counts[window]++;
        }
    }
}
