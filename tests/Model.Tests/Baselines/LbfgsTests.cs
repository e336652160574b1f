using Vigil.Model.Baselines;

namespace Vigil.Model.Tests.Baselines;

public sealed class LbfgsTests
{
    [Fact]
    public void It_finds_the_minimum_of_a_narrow_valley()
    {
        double[] goal = [.. Enumerable.Range(0, 20).Select(i => i - 7.5)];
        double[] found = Lbfgs.Minimise((point, slope) =>
        {
            double value = 1;
            for (int i = 0; i < point.Length; i++)
            {
                double steepness = Math.Pow(10, i / 5.0), off = point[i] - goal[i];
                value += steepness / 2 * off * off;
                slope[i] = steepness * off;
            }
            return value;
        }, new double[20], TestContext.Current.CancellationToken);
        for (int i = 0; i < goal.Length; i++) Assert.Equal(goal[i], found[i], 0.01);
    }

    [Fact]
    public void A_start_at_the_minimum_is_the_answer() =>
        Assert.Equal([0, 0], Lbfgs.Minimise((_, slope) => 3 + (slope[0] = slope[1] = 0), [0, 0], TestContext.Current.CancellationToken));
}
