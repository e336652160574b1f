namespace Vigil.Model.Tests;

public sealed class KernelsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(64, 45)]
    [InlineData(192, 64)]
    [InlineData(70, 17)]
    public void A_packed_matrix_multiplies_as_a_plain_one_and_both_widths_agree_bit_for_bit(int outputs, int inputs)
    {
        var random = new Random(1);
        float[] matrix = Draw(random, outputs * inputs), x = Draw(random, inputs), packed = Kernels.Pack(matrix, outputs, inputs);
        float[] y = new float[Kernels.RoundUp(outputs, Kernels.Tile)], narrow = new float[y.Length];
        Kernels.Multiply(packed, x, y);
        for (int tile = 0; tile < y.Length; tile += 16)
            Kernels.Multiply256(ref packed[(tile / Kernels.Tile * inputs * Kernels.Tile) + (tile % Kernels.Tile)], x, ref narrow[tile]);
        Assert.Equal(narrow, y);
        for (int i = 0; i < outputs; i++)
            Assert.Equal(Enumerable.Range(0, inputs).Sum(j => (double)matrix[(i * inputs) + j] * x[j]), y[i], 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(23)]
    public void Softmax_sums_to_one_and_leaves_nothing_for_places_that_are_not_there(int count)
    {
        float[] scores = Draw(new Random(2), 24);
        double[] expected = [.. scores.Take(count).Select(score => Math.Exp(score * 50))];
        for (int i = 0; i < scores.Length; i++) scores[i] *= 50;
        Kernels.Softmax(scores, count);
        for (int i = 0; i < scores.Length; i++) Assert.Equal(i < count ? expected[i] / expected.Sum() : 0, scores[i], 1e-5);
        Assert.All(scores.Skip(count), weight => Assert.Equal(0, weight));
    }

    static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
}
