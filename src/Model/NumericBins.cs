namespace Vigil.Model;

/// <summary>
/// Piecewise linear encoding of numbers (https://arxiv.org/abs/2203.05556): beside its standardised value, each feature is read through bins; a bin
/// rises from 0 at its lower edge to 1 at its upper one. So one linear layer can tell thresholds, which is how fraud shows in amounts and counts.
/// </summary>
sealed class NumericBins
{
    readonly float[][] _lower, _perWidth; // [bin][feature]

    internal NumericBins(Normalisation normalisation)
    {
        var edges = normalisation.Edges;
        int bins = edges[0].Count - 1;
        Inputs = edges.Count * (1 + bins);
        _lower = [.. Enumerable.Range(0, bins).Select(bin => edges.Select(feature => feature[bin]).ToArray())];
        _perWidth = [.. Enumerable.Range(0, bins).Select(bin => edges.Select(feature => 1 / Math.Max(1e-4f, feature[bin + 1] - feature[bin])).ToArray())];
    }

    /// <summary>Numbers out of one transaction's features.</summary>
    internal int Inputs { get; }

    /// <summary>The standardised values, then the bins: [bin][feature].</summary>
    internal void Expand(ReadOnlySpan<float> standardised, Span<float> inputs)
    {
        standardised.CopyTo(inputs);
        for (int bin = 0; bin < _lower.Length; bin++)
            Kernels.Ramp(standardised, _lower[bin], _perWidth[bin], inputs.Slice((bin + 1) * standardised.Length, standardised.Length));
    }

    /// <summary>The bin that a standardised value falls into: the first for what lies below all, the last for what lies above.</summary>
    internal static int BinOf(IReadOnlyList<float> edges, float standardised)
    {
        int bin = 0;
        while (bin + 2 < edges.Count && standardised >= edges[bin + 1]) bin++;
        return bin;
    }

    /// <summary>
    /// The edges of one feature's bins: quantiles of its *distinct* standardised values, so that a feature that is nearly always the same is looked at where it
    /// differs. Where there are fewer values than edges, the last is repeated, and its bins are steps.
    /// </summary>
    internal static float[] Edges(IEnumerable<float> standardised, int bins)
    {
        float[] distinct = [.. standardised.Distinct().Order()];
        if (distinct.Length <= bins + 1) return [.. Enumerable.Range(0, bins + 1).Select(edge => distinct[Math.Min(edge, distinct.Length - 1)])];
        return [.. Enumerable.Range(0, bins + 1).Select(edge => distinct[(int)((long)edge * (distinct.Length - 1) / bins)])];
    }
}
