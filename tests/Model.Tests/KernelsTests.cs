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
    [InlineData(1, 1, 1)]
    [InlineData(64, 45, .3)]
    [InlineData(192, 64, .5)]
    [InlineData(70, 17, .9)]
    [InlineData(64, 40, 0)]
    public void Leaving_out_inputs_that_are_0_changes_no_bit_at_either_width(int outputs, int inputs, double share)
    {
        var random = new Random(5);
        float[] packed = Kernels.Pack(Draw(random, outputs * inputs), outputs, inputs);
        float[] x = [.. Draw(random, inputs).Select((value, i) => i % 7 == 0 || random.NextDouble() >= share ? (i % 2 == 0 ? 0f : -0f) : value)];
        float[] y = new float[Kernels.RoundUp(outputs, Kernels.Tile)], active = new float[y.Length], narrow = new float[y.Length];
        Kernels.Multiply(packed, x, y);
        var found = new ActiveInputs(inputs);
        x.CopyTo(found.Values);
        found.Find();
        Assert.Equal(x.Count(value => value != 0), found.Count);
        found.Multiply(packed, active);
        for (int tile = 0; tile < y.Length; tile += 16)
            found.Multiply256(ref packed[(tile / Kernels.Tile * inputs * Kernels.Tile) + (tile % Kernels.Tile)], ref narrow[tile]);
        Assert.Equal(y.Select(BitConverter.SingleToInt32Bits), active.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(active, narrow);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(4, 48)]
    [InlineData(7, 32)]
    public void Queries_match_a_tile_s_keys_as_plain_products_and_both_widths_agree_bit_for_bit(int heads, int length)
    {
        const int Stride = 40;
        var random = new Random(2);
        float[] tile = Draw(random, length * Kernels.Lanes), queries = Draw(random, heads * length);
        float[] scores = new float[heads * Stride], narrow = new float[scores.Length];
        Kernels.Match(tile, queries, heads, scores, Stride);
        for (int head = 0; head < heads; head++)
            for (int place = 0; place < Kernels.Lanes; place++)
                Assert.Equal(
                    Enumerable.Range(0, length).Sum(i => (double)queries[(head * length) + i] * tile[(i * Kernels.Lanes) + place]),
                    scores[(head * Stride) + place],
                    1e-4);
        for (int four = 0; four < heads / 4 * 4; four += 4)
            for (int half = 0; half < Kernels.Lanes; half += 8)
                Kernels.Match256(ref tile[half], ref queries[four * length], length, ref narrow[(four * Stride) + half], Stride);
        Assert.Equal(narrow[..(heads / 4 * 4 * Stride)], scores[..(heads / 4 * 4 * Stride)]);
    }

    [Fact]
    public void Tiles_mix_as_plain_sums_and_both_widths_agree_bit_for_bit()
    {
        const int Length = 24, Wanted = 16, Count = 3;
        var random = new Random(3);
        float[] memory = Draw(random, 5 * Length * Kernels.Lanes), weights = Draw(random, Count * Kernels.Lanes);
        float[] mixed = new float[Wanted], narrow = new float[Wanted];
        int[] tiles = [4 * Length * Kernels.Lanes, 0, 2 * Length * Kernels.Lanes];
        Kernels.Mix(memory, tiles, weights, mixed);
        for (int i = 0; i < Wanted; i++)
        {
            int column = i * Kernels.Lanes;
            double sum = Enumerable.Range(0, weights.Length)
                .Sum(at => (double)weights[at] * memory[tiles[at / Kernels.Lanes] + column + (at % Kernels.Lanes)]);
            Assert.Equal(sum, mixed[i], 1e-4);
        }
        for (int i = 0; i < Wanted; i += 2) Kernels.Mix256(memory, tiles, i, weights, narrow.AsSpan(i, 2));
        Assert.Equal(narrow, mixed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(23)]
    public void Softmax_sums_to_one_and_leaves_nothing_for_minus_infinity(int count)
    {
        float[] scores = [.. Draw(new Random(2), 24).Select(score => score * 50)];
        scores.AsSpan(count).Fill(float.NegativeInfinity);
        double[] expected = [.. scores.Select(score => Math.Exp(score))];
        Kernels.Softmax(scores);
        for (int i = 0; i < scores.Length; i++) Assert.Equal(expected[i] / expected.Sum(), scores[i], 1e-5);
        Assert.All(scores.Skip(count), weight => Assert.Equal(0, weight));
    }

    [Fact]
    public void Norms_are_their_formulas()
    {
        var random = new Random(4);
        float[] x = Draw(random, 48), weight = Draw(random, 48), bias = Draw(random, 48), y = new float[48];
        double mean = x.Average(), variance = x.Average(value => (value - mean) * (value - mean)), square = x.Average(value => (double)value * value);
        Kernels.LayerNorm(x, weight, bias, y);
        for (int i = 0; i < x.Length; i++) Assert.Equal(((x[i] - mean) / Math.Sqrt(variance + 1e-5) * weight[i]) + bias[i], y[i], 1e-5);
        Kernels.RmsNorm(x, weight, y);
        for (int i = 0; i < x.Length; i++) Assert.Equal(x[i] / Math.Sqrt(square + 1e-5) * weight[i], y[i], 1e-5);
    }

    static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
}
