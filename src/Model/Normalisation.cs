using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// How raw numeric features become what the encoder reads: bent by the feature's own scale, standardised by the training rows' mean and standard
/// deviation, and held within ±<see cref="Clip"/>.
/// </summary>
/// <param name="Mean">Of the bent values, one per numeric feature.</param>
/// <param name="Deviation">Standard deviation of the bent values; 0 where a feature never varied, which nothing was learnt of: the encoder then reads 0,
/// whatever it is.</param>
/// <param name="Clip">In standard deviations, more than 0.</param>
/// <param name="Edges">Of each numeric feature's bins, in standard deviations, rising: see <see cref="EncoderConfig.Bins"/>. Empty where the model has
/// none.</param>
public sealed record Normalisation(IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation, float Clip, IReadOnlyList<IReadOnlyList<float>> Edges)
{
    const float ChosenClip = 8;

    /// <summary>A raw value on its feature's scale.</summary>
    internal static float Bend(double value, FeatureScale scale) =>
        (float)(scale == FeatureScale.Log ? Math.CopySign(Math.Log(1 + Math.Abs(value)), value) : value);

    /// <summary>A row of raw values, each on its feature's scale.</summary>
    internal static void BendRow(ReadOnlySpan<double> raw, Span<float> bent)
    {
        for (int i = 0; i < raw.Length; i++) bent[i] = Bend(raw[i], FeatureList.Numeric[i].Scale);
    }

    /// <summary>The raw value that <see cref="Bend"/> made.</summary>
    internal static double Unbend(double bent, FeatureScale scale) =>
        scale == FeatureScale.Log ? Math.CopySign(Math.Exp(Math.Abs(bent)) - 1, bent) : bent;

    /// <summary>One feature's bent value as the encoder reads it.</summary>
    internal float Standardise(float bent, int feature) => Standardise(bent, Mean[feature], Deviation[feature], Clip);

    /// <summary>One bent value as the encoder reads it; what is not a number counts as the mean.</summary>
    internal static float Standardise(float bent, float mean, float deviation, float clip)
    {
        if (deviation == 0) return 0;
        float standard = (bent - mean) / deviation;
        return float.IsNaN(standard) ? 0 : Math.Clamp(standard, -clip, clip);
    }

    /// <summary>The bent value that <see cref="Standardise(float, int)"/> made, where it was not held.</summary>
    internal float BentOf(float standardised, int feature) => (standardised * Deviation[feature]) + Mean[feature];

    /// <summary>Refuses what does not fit this build's feature list.</summary>
    /// <param name="path">Where it was read.</param>
    /// <param name="bins">How many the model has.</param>
    /// <exception cref="InvalidDataException">The message says what was found and what was expected.</exception>
    internal void Require(string path, int bins)
    {
        const string Hint = "the manifest was altered";
        int width = FeatureList.Numeric.Count;
        ModelFolder.Expect(Mean.Count, width, $"{path}: means", Hint);
        ModelFolder.Expect(Deviation.Count, width, $"{path}: deviations", Hint);
        ModelFolder.Expect(Edges.Count, bins == 0 ? 0 : width, $"{path}: edges", Hint);
        if (Edges.Any(edges => edges.Count != bins + 1)) throw new InvalidDataException($"{path}: expected {bins + 1} edges for each feature");
    }

    /// <summary>Of a set's training rows.</summary>
    internal static Normalisation Of(TrainingSet set, int bins) =>
        Of([.. set.RowsWith(RowRole.Train).Select(row => row.Segment.NumericOf(row.Row))], ChosenClip, bins);

    /// <summary>The mean, standard deviation and bins of rows of bent values.</summary>
    internal static Normalisation Of(IReadOnlyList<ReadOnlyMemory<float>> rows, float clip, int bins)
    {
        int width = FeatureList.Numeric.Count;
        float[] mean = new float[width], deviation = new float[width];
        for (int i = 0; i < width; i++)
        {
            double sum = 0, squares = 0;
            foreach (var row in rows) sum += row.Span[i];
            double middle = sum / rows.Count;
            foreach (var row in rows) squares += (row.Span[i] - middle) * (row.Span[i] - middle);
            double variance = squares / rows.Count;
            mean[i] = (float)middle;
            deviation[i] = variance > 1e-10 ? (float)Math.Sqrt(variance) : 0;
        }
        var plain = new Normalisation(mean, deviation, clip, []);
        return bins == 0 ? plain : plain with { Edges = [.. Enumerable.Range(0, width).Select(Edges)] };

        IReadOnlyList<float> Edges(int i) => NumericBins.Edges(rows.Select(row => plain.Standardise(row.Span[i], i)), bins);
    }
}
