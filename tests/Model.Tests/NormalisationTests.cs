using Vigil.Features;

namespace Vigil.Model.Tests;

public sealed class NormalisationTests
{
    [Fact]
    public void A_feature_that_never_varied_in_training_is_read_as_0_whatever_it_is_and_through_bins_of_0()
    {
        var random = new Random(1);
        ReadOnlyMemory<float>[] rows = [.. Enumerable.Range(0, 50).Select(_ => (ReadOnlyMemory<float>)Row(random, constant: 3))];
        var normalisation = Normalisation.Of(rows, 8, 4);
        var bins = new NumericBins(normalisation);
        float[] standardised = new float[FeatureList.Numeric.Count], inputs = new float[bins.Inputs];
        new RowNormaliser(normalisation).ReadBent(Row(random, constant: 1_000), standardised);
        bins.Expand(standardised, inputs);
        for (int bin = 0; bin <= 4; bin++) Assert.Equal(0, inputs[bin * FeatureList.Numeric.Count]);
        Assert.All(inputs, value => Assert.True(float.IsFinite(value)));
        Assert.Contains(inputs, value => value != 0);
    }

    static float[] Row(Random random, float constant) => [constant, .. Enumerable.Range(1, FeatureList.Numeric.Count - 1).Select(_ => random.NextSingle())];
}
