namespace Vigil.Model;

/// <summary>What the model thinks of one transaction.</summary>
/// <param name="Logit">The log of the odds of fraud, finite: the head's output, calibrated where the checkpoint is.</param>
/// <param name="Probability">1 / (1 + e^-logit), 0 to 1.</param>
/// <param name="Score1000">The probability on the scale that analysts read, 1 to 1000.</param>
public readonly record struct FraudScore(float Logit, float Probability, int Score1000)
{
    /// <summary>
    /// Whether the encoder gave no number, so that the head judged by the transaction's features alone. Finite weights of a sane training never do that.
    /// </summary>
    public bool IsFallback { get; init; }

    /// <summary>The largest logit in size that leaves the model; beyond it a float's probability no longer changes.</summary>
    public const float LogitLimit = 30;

    /// <summary>The score of a logit, held within ±<see cref="LogitLimit"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The logit is not a number: the checkpoint's loader refuses what could make it so.</exception>
    public static FraudScore FromLogit(float logit)
    {
        if (float.IsNaN(logit)) throw new ArgumentOutOfRangeException(nameof(logit), "the encoder's logit is not a number");
        float held = Math.Clamp(logit, -LogitLimit, LogitLimit);
        double probability = 1 / (1 + Math.Exp(-held));
        return new(held, (float)probability, Math.Clamp((int)Math.Ceiling(probability * 1000), 1, 1000));
    }

    /// <summary>The score of a probability, its logit held within ±<see cref="LogitLimit"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not a number.</exception>
    internal static FraudScore FromProbability(float probability) => FromLogit((float)Math.Log(probability / (1.0 - probability)));
}
