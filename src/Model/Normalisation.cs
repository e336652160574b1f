using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// How raw numeric features become what the encoder reads: bent by the feature's own scale, standardised by the training rows' mean and standard
/// deviation, and held within ±<see cref="Clip"/>.
/// </summary>
/// <param name="Mean">Of the bent values, one per numeric feature.</param>
/// <param name="Deviation">Standard deviation of the bent values, more than 0; 1 where a feature never varied.</param>
/// <param name="Clip">In standard deviations, more than 0.</param>
public sealed record Normalisation(IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation, float Clip)
{
    /// <summary>A raw value on its feature's scale.</summary>
    internal static float Bend(double value, FeatureScale scale) =>
        (float)(scale == FeatureScale.Log ? Math.CopySign(Math.Log(1 + Math.Abs(value)), value) : value);

    /// <summary>The raw value that <see cref="Bend"/> made.</summary>
    internal static double Unbend(double bent, FeatureScale scale) =>
        scale == FeatureScale.Log ? Math.CopySign(Math.Exp(Math.Abs(bent)) - 1, bent) : bent;

    /// <summary>Bent values as the encoder reads them; what is not a number counts as the mean.</summary>
    internal void Standardise(ReadOnlySpan<float> bent, Span<float> standard)
    {
        for (int i = 0; i < bent.Length; i++)
        {
            float value = (bent[i] - Mean[i]) / Deviation[i];
            standard[i] = float.IsNaN(value) ? 0 : Math.Clamp(value, -Clip, Clip);
        }
    }

    /// <summary>The mean and standard deviation of rows of bent values.</summary>
    internal static Normalisation Of(IEnumerable<ReadOnlyMemory<float>> rows, float clip)
    {
        int width = FeatureList.Numeric.Count;
        double[] sum = new double[width], square = new double[width];
        double count = 0;
        foreach (var row in rows)
        {
            count++;
            for (int i = 0; i < width; i++)
            {
                double value = row.Span[i];
                sum[i] += value;
                square[i] += value * value;
            }
        }
        float[] mean = new float[width], deviation = new float[width];
        for (int i = 0; i < width; i++)
        {
            double middle = sum[i] / count, variance = (square[i] / count) - (middle * middle);
            mean[i] = (float)middle;
            deviation[i] = variance > 1e-10 ? (float)Math.Sqrt(variance) : 1;
        }
        return new(mean, deviation, clip);
    }
}
