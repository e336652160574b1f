namespace Vigil.Model;

/// <summary>
/// Turns the encoder's logit into the log of the odds of fraud that were seen on validation data (Platt, Probabilistic outputs for support vector machines,
/// 1999): slope · logit + offset. It rises with the logit, so it changes no ranking.
/// </summary>
/// <param name="Slope">More than 0.</param>
/// <param name="Offset">In logits.</param>
public sealed record Calibration(double Slope, double Offset)
{
    const int Iterations = 100, Halvings = 30;
    const double Settled = 1e-12;

    /// <summary>The slope and offset under which the labels are likeliest, by Newton's method; null where higher scores do not mean more fraud.</summary>
    /// <param name="probabilities">As the encoder gave them, uncalibrated: 0 to 1.</param>
    /// <param name="frauds">What each turned out to be.</param>
    /// <exception cref="ArgumentException">The lengths differ, or one of the two kinds is missing.</exception>
    public static Calibration? Fit(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> frauds)
    {
        if (probabilities.Length != frauds.Length)
            throw new ArgumentException($"found {frauds.Length} labels, expected {probabilities.Length}", nameof(frauds));
        int found = frauds.Count(true);
        if (found == 0 || found == frauds.Length)
            throw new ArgumentException($"found {found} frauds in {frauds.Length} rows, expected both kinds", nameof(frauds));
        var rows = new (double Logit, double Target)[frauds.Length];
        for (int i = 0; i < rows.Length; i++) rows[i] = (LogitOf(probabilities[i]), Target(frauds[i], found, frauds.Length - found));

        var fitted = new Calibration(1, 0);
        for (int i = 0; i < Iterations; i++)
        {
            Calibration next = fitted.Nearer(rows);
            bool settled = fitted.Loss(rows) - next.Loss(rows) <= Settled * rows.Length;
            fitted = next;
            if (settled) break;
        }
        return fitted.Slope > 0 ? fitted : null;
    }

    /// <summary>A logit, calibrated.</summary>
    internal float Of(float logit) => (float)((Slope * logit) + Offset);

    /// <summary>A probability, calibrated: 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a number.</exception>
    public float OfProbability(float probability) => FraudScore.FromLogit(Of((float)LogitOf(probability))).Probability;

    static double LogitOf(float probability) => Math.Clamp(Math.Log(probability / (1.0 - probability)), -FraudScore.LogitLimit, FraudScore.LogitLimit);

    /// <summary>Platt's targets: a little off 0 and 1, so that labels which the scores part perfectly give no endless slope.</summary>
    static double Target(bool fraud, int frauds, int genuine) => fraud ? (frauds + 1.0) / (frauds + 2.0) : 1 / (genuine + 2.0);

    /// <summary>The cross entropy of the targets.</summary>
    double Loss((double Logit, double Target)[] rows)
    {
        double sum = 0;
        foreach (var (logit, target) in rows)
        {
            double odds = (Slope * logit) + Offset;
            sum += Math.Max(odds, 0) - (odds * target) + Math.Log(1 + Math.Exp(-Math.Abs(odds)));
        }
        return sum;
    }

    /// <summary>One step of Newton's, halved until the loss falls; itself where it falls no more.</summary>
    Calibration Nearer((double Logit, double Target)[] rows)
    {
        double slope = 0, offset = 0, slopes = 0, mixed = 0, offsets = 1e-12; // gradient, then the Hessian
        foreach (var (logit, target) in rows)
        {
            double probability = 1 / (1 + Math.Exp(-((Slope * logit) + Offset))), error = probability - target, curve = probability * (1 - probability);
            (slope, offset) = (slope + (error * logit), offset + error);
            (slopes, mixed, offsets) = (slopes + (curve * logit * logit), mixed + (curve * logit), offsets + curve);
        }
        slopes += 1e-12;
        double determinant = (slopes * offsets) - (mixed * mixed), before = Loss(rows), length = 1;
        for (int i = 0; i < Halvings; i++, length /= 2)
        {
            double toSlope = ((offsets * slope) - (mixed * offset)) / determinant, toOffset = ((slopes * offset) - (mixed * slope)) / determinant;
            var next = new Calibration(Slope - (length * toSlope), Offset - (length * toOffset));
            if (next.Loss(rows) < before) return next;
        }
        return this;
    }
}
