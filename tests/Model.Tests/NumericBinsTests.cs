namespace Vigil.Model.Tests;

public sealed class NumericBinsTests
{
    [Fact]
    public void Edges_are_quantiles_of_the_distinct_values() =>
        Assert.Equal([0, 2, 4, 6, 8], NumericBins.Edges([.. Enumerable.Repeat(0f, 1000), 1, 2, 3, 4, 5, 6, 7, 8], 4));

    [Fact]
    public void Fewer_values_than_edges_make_steps()
    {
        Assert.Equal([0, 1, 1, 1], NumericBins.Edges([1, 0, 1], 3));
        Assert.Equal(1, Expand(2, 0, 1, 1, 1)[2]); // above a bin without width
        Assert.Equal(0, Expand(1, 0, 1, 1, 1)[2]);
    }

    [Theory]
    [InlineData(-9)]
    [InlineData(-1)]
    [InlineData(0.25)]
    [InlineData(3)]
    [InlineData(9)]
    public void A_bin_rises_from_its_lower_edge_to_its_upper_one(float value)
    {
        float[] edges = [-1, 0, 0.5f, 4];
        float[] expected = [value, .. Enumerable.Range(0, 3).Select(bin => Math.Clamp((value - edges[bin]) / (edges[bin + 1] - edges[bin]), 0, 1))];
        Assert.Equal(expected, Expand(value, edges), (x, y) => Math.Abs(x - y) < 1e-6);
    }

    static float[] Expand(float value, params float[] edges)
    {
        var bins = new NumericBins(new([0], [1], 8, [edges]));
        float[] inputs = new float[bins.Inputs];
        bins.Expand([value], inputs);
        return inputs;
    }
}
