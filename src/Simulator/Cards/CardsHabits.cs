namespace Vigil.Simulator.Cards;

/// <summary>When people of a kind pay. The weights are ours.</summary>
/// <param name="Share">Of the customers.</param>
/// <param name="Hours">Weights of the day's 24 hours, as sums, local time.</param>
/// <param name="Week">Factors of a day's number of payments, from Sunday on.</param>
sealed record CardsHabits(double Share, double[] Hours, double[] Week)
{
    internal static readonly CardsHabits[] All =
    [
        // at work in the daytime
        Of(.45, [1, 0, 0, 0, 0, 1, 4, 8, 8, 5, 4, 6, 12, 10, 5, 5, 8, 14, 15, 11, 7, 5, 3, 2], [.7, .9, .95, 1, 1.05, 1.25, 1.3]),
        // at home in the daytime
        Of(.25, [0, 0, 0, 0, 0, 0, 1, 3, 8, 13, 15, 14, 10, 8, 8, 8, 7, 5, 3, 2, 1, 1, 0, 0], [.6, 1.05, 1.05, 1.1, 1.1, 1.2, .9]),
        // evenings and nights
        Of(.18, [5, 3, 2, 1, 0, 0, 1, 1, 2, 3, 4, 5, 7, 7, 6, 6, 7, 8, 10, 11, 11, 10, 9, 7], [.9, .8, .8, .9, 1.05, 1.3, 1.4]),
        // works at night
        Of(.12, [4, 4, 4, 3, 3, 5, 9, 8, 3, 1, 1, 1, 2, 3, 5, 8, 9, 9, 8, 6, 4, 4, 4, 4], [1, 1, 1, 1, 1, 1, 1]),
    ];

    /// <summary>For drawing a customer's.</summary>
    internal static readonly double[] CumulativeShares = Sums([.. All.Select(habits => habits.Share)]);

    static CardsHabits Of(double share, double[] hours, double[] week) => new(share, Sums(hours), week);

    static double[] Sums(double[] weights)
    {
        double sum = 0;
        return [.. weights.Select(weight => sum += weight)];
    }
}
