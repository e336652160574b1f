namespace Vigil.Alerts;

/// <summary>When a score is an alert: score >= threshold. The backtest asks the same policy.</summary>
public sealed class AlertPolicy
{
    /// <summary>Makes the policy of one threshold.</summary>
    /// <param name="threshold">0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside, or not a number.</exception>
    public AlertPolicy(double threshold)
    {
        if (threshold is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The alert threshold must be a probability, 0 to 1.");
        Threshold = threshold;
    }

    /// <summary>The threshold of the options, else the one that the checkpoint suggests.</summary>
    /// <param name="options">May hold a threshold.</param>
    /// <param name="suggested">The checkpoint's; null where nobody chose one.</param>
    /// <exception cref="ArgumentException">Neither holds one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The one that holds is not a probability.</exception>
    public static AlertPolicy From(AlertsOptions options, double? suggested) => new(options.Threshold ?? suggested
        ?? throw new ArgumentException("No alert threshold: the checkpoint suggests none. Set one, 0 to 1.", nameof(suggested)));

    /// <summary>The lowest score that is an alert.</summary>
    public double Threshold { get; }

    /// <summary>Names the rule and its revision; changes when the same score and threshold would be decided otherwise.</summary>
    public static string Version => "score-threshold/1";

    /// <summary>Whether a transaction of this score, 0 to 1, is an alert.</summary>
    public bool IsAlert(double score) => score >= Threshold;
}
