using Vigil.Features;

namespace Vigil.Model;

/// <summary>The names and shapes of an encoder's weights: what <see cref="FraudEncoder"/> registers, checkpoints hold.</summary>
static class EncoderShapes
{
    /// <summary>Added to the mean square in every norm.</summary>
    internal const float NormEpsilon = 1e-5f;

    internal static SortedDictionary<string, int[]> Of(EncoderConfig config)
    {
        int width = config.Width, numeric = config.Inputs(FeatureList.Numeric.Count);
        var shapes = new SortedDictionary<string, int[]>(StringComparer.Ordinal)
        {
            ["numeric.weight"] = [width, numeric],
            ["numeric.bias"] = [width],
            ["head.norm.weight"] = [width],
            ["head.encoded.weight"] = [config.HeadHidden, width],
            ["head.skip.weight"] = [config.HeadHidden, numeric],
            ["head.skip.bias"] = [config.HeadHidden],
            ["head.logit.weight"] = [1, config.HeadHidden],
            ["head.logit.bias"] = [1],
        };
        for (int i = 0; i < FeatureList.Categorical.Count; i++) shapes[$"categorical.{i}.weight"] = [FeatureList.Categorical[i].Cardinality, width];
        for (int i = 0; i < config.Layers; i++)
            foreach (var (name, shape) in EncoderArchitecture.Of(config).Shapes(config)) shapes[$"blocks.{i}.{name}"] = shape;
        return shapes;
    }
}
