using System.ComponentModel.DataAnnotations;

namespace Vigil.Simulator.Cards;

/// <summary>How the frauds of a <see cref="CardsWorld"/> become known. All frauds of one episode on one card are reported at once, after its last.</summary>
public sealed record LabelOptions
{
    /// <summary>The share that nobody ever reports: it keeps the label genuine. 0 to 1. The default value is 0.08.</summary>
    [Range(0.0, 1.0)]
    public double Unreported { get; init; } = .08;

    /// <summary>The share of the reported that an analyst confirms. 0 to 1. The default value is 0.35.</summary>
    [Range(0.0, 1.0)]
    public double ByAnalyst { get; init; } = .35;

    /// <summary>
    /// The share of the reported that the issuer learns from its cardholder. 0 to 1, with <see cref="ByAnalyst"/> at most 1; the rest are chargebacks.
    /// The default value is 0.4.
    /// </summary>
    [Range(0.0, 1.0)]
    public double ByIssuer { get; init; } = .4;

    /// <summary>An analyst's delay. The default value is a median of 6 hours, spread 1.1, from 5 minutes to 7 days.</summary>
    public DelayOptions Analyst { get; init; } = new(TimeSpan.FromHours(6), 1.1, TimeSpan.FromMinutes(5), TimeSpan.FromDays(7));

    /// <summary>A cardholder's and issuer's delay. The default value is a median of 3 days, spread 0.8, from 2 hours to 30 days.</summary>
    public DelayOptions Issuer { get; init; } = new(TimeSpan.FromDays(3), .8, TimeSpan.FromHours(2), TimeSpan.FromDays(30));

    /// <summary>A chargeback's delay. The default value is a median of 30 days, spread 0.5, from 5 to 120 days.</summary>
    public DelayOptions Chargeback { get; init; } = new(TimeSpan.FromDays(30), .5, TimeSpan.FromDays(5), TimeSpan.FromDays(120));

    internal IEnumerable<DelayOptions> Delays => [Analyst, Issuer, Chargeback];
}

/// <summary>A log-normal delay, kept between two ends.</summary>
/// <param name="Median">Half of the delays are shorter.</param>
/// <param name="Spread">The standard deviation of the delay's natural logarithm.</param>
/// <param name="Shortest">What is shorter becomes this.</param>
/// <param name="Longest">What is longer becomes this.</param>
public sealed record DelayOptions(TimeSpan Median, double Spread, TimeSpan Shortest, TimeSpan Longest)
{
    /// <summary>Microseconds; whole seconds, so that the logarithm's last bit decides nothing.</summary>
    internal long Draw(Xoshiro256 random)
    {
        double seconds = Math.Round(random.LogNormal(Median.TotalSeconds, Spread));
        return (long)Math.Clamp(seconds, Shortest.TotalSeconds, Longest.TotalSeconds) * CardsPayment.PerSecond;
    }
}
