namespace Vigil.Backtest;

/// <summary>How well scores rank frauds above genuine transactions, at every threshold at once.</summary>
public static class RankingMetrics
{
    /// <summary>
    /// Area under the receiver operating characteristic: the chance that a fraud scores above a genuine transaction, a tie counting half (Fawcett,
    /// An introduction to ROC analysis, 2006). 0 to 1; 0.5 for scores that say nothing.
    /// </summary>
    /// <param name="scores">One per transaction, none of them NaN.</param>
    /// <param name="frauds">What each transaction turned out to be.</param>
    /// <exception cref="ArgumentException">The lengths differ, a score is NaN, or one of the two kinds is missing.</exception>
    public static double AucRoc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> frauds)
    {
        List<(int Frauds, int Genuine)> curve = Curve(scores, frauds);
        double area = 0;
        (int frauds, int genuine) before = (0, 0);
        foreach ((int Frauds, int Genuine) point in curve)
        {
            area += (point.Genuine - before.genuine) * ((double)point.Frauds + before.frauds) / 2;
            before = point;
        }
        return area / ((double)before.frauds * before.genuine);
    }

    /// <summary>
    /// Average precision as scikit-learn defines it: the sum over distinct scores, highest first, of precision times the rise of recall, without
    /// interpolation (https://scikit-learn.org/stable/modules/generated/sklearn.metrics.average_precision_score.html). 0 to 1.
    /// </summary>
    /// <inheritdoc cref="AucRoc"/>
    public static double AveragePrecision(ReadOnlySpan<float> scores, ReadOnlySpan<bool> frauds)
    {
        List<(int Frauds, int Genuine)> curve = Curve(scores, frauds);
        double sum = 0;
        int before = 0;
        foreach ((int found, int genuine) in curve)
        {
            sum += (found - before) * (double)found / (found + genuine);
            before = found;
        }
        return sum / before;
    }

    /// <summary>For every distinct score, highest first: how many frauds and genuine transactions score at least that.</summary>
    static List<(int Frauds, int Genuine)> Curve(ReadOnlySpan<float> scores, ReadOnlySpan<bool> frauds)
    {
        if (scores.Length != frauds.Length) throw new ArgumentException($"{scores.Length} scores for {frauds.Length} labels", nameof(frauds));
        float[] keys = scores.ToArray();
        bool[] labels = frauds.ToArray();
        Array.Sort(keys, labels);
        if (keys.Length > 0 && float.IsNaN(keys[0])) throw new ArgumentException("a score is not a number", nameof(scores));
        var curve = new List<(int Frauds, int Genuine)>();
        (int Frauds, int Genuine) sofar = (0, 0);
        for (int i = keys.Length - 1; i >= 0; i--)
        {
            if (labels[i]) sofar.Frauds++;
            else sofar.Genuine++;
            if (i == 0 || keys[i - 1] != keys[i]) curve.Add(sofar);
        }
        if (sofar.Frauds == 0 || sofar.Genuine == 0)
            throw new ArgumentException($"ranking needs frauds and genuine transactions; found {sofar.Frauds} and {sofar.Genuine}", nameof(frauds));
        return curve;
    }
}
