namespace Vigil.Backtest;

/// <summary>How far scores are probabilities.</summary>
public static class CalibrationMetrics
{
    const int Bins = 20;

    /// <summary>
    /// The mean squared difference between score and outcome (Brier, Verification of forecasts expressed in terms of probability, 1950): 0 to 1, 0 is best.
    /// </summary>
    /// <param name="scores">One per transaction, 0 to 1.</param>
    /// <param name="frauds">What each transaction turned out to be.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no transaction.</exception>
    public static double Brier(ReadOnlySpan<float> scores, ReadOnlySpan<bool> frauds)
    {
        Require(scores, frauds);
        double sum = 0;
        for (int i = 0; i < scores.Length; i++) sum += Math.Pow(scores[i] - (frauds[i] ? 1.0 : 0), 2);
        return sum / scores.Length;
    }

    /// <summary>
    /// The expected calibration error: by how much mean score and share of frauds differ, on average over twenty bins of equally many transactions, lowest
    /// scores first (Nguyen and O'Connor, Posterior calibration and exploratory analysis, 2015). 0 to 1, 0 is best.
    /// </summary>
    /// <inheritdoc cref="Brier"/>
    public static double ExpectedError(ReadOnlySpan<float> scores, ReadOnlySpan<bool> frauds)
    {
        Require(scores, frauds);
        float[] sorted = scores.ToArray();
        bool[] outcomes = frauds.ToArray();
        Array.Sort(sorted, outcomes);
        double error = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            int from = (int)((long)bin * sorted.Length / Bins), to = (int)((bin + 1L) * sorted.Length / Bins);
            double difference = 0;
            for (int i = from; i < to; i++) difference += sorted[i] - (outcomes[i] ? 1.0 : 0);
            error += Math.Abs(difference);
        }
        return error / sorted.Length;
    }

    static void Require(ReadOnlySpan<float> scores, ReadOnlySpan<bool> frauds)
    {
        if (scores.Length != frauds.Length) throw new ArgumentException($"found {frauds.Length} outcomes, expected {scores.Length}", nameof(frauds));
        if (scores.IsEmpty) throw new ArgumentException("found no transaction", nameof(scores));
    }
}
