using Vigil.Features;

namespace Vigil.Model.Baselines;

/// <summary>One transaction after the other as the row that a baseline reads, and what it was taught to say of such rows. Used by one thread.</summary>
sealed class BaselineRow(IRowModel learnt, BaselineColumns columns)
{
    readonly float[] _row = new float[columns.Width];
    readonly float[] _bent = new float[FeatureList.Numeric.Count];

    /// <summary>The score of a transaction.</summary>
    /// <param name="numeric">In raw units.</param>
    /// <param name="categorical">Categories.</param>
    /// <param name="encoded">What an encoder's head read of it; empty where the baseline reads no encoder, which is the default.</param>
    /// <param name="logit">The encoder's.</param>
    internal FraudScore Score(ReadOnlySpan<double> numeric, ReadOnlySpan<int> categorical, ReadOnlySpan<float> encoded = default, float logit = 0)
    {
        Normalisation.BendRow(numeric, _bent);
        return Score(categorical, encoded, logit);
    }

    /// <summary>The logit of a transaction some of whose features were changed. Those that were not keep their values to the last bit.</summary>
    /// <param name="changed">As <paramref name="normalisation"/> reads it.</param>
    /// <param name="normalisation">What standardised the changed ones.</param>
    /// <param name="numeric">As it was, in raw units.</param>
    /// <param name="encoded">As in <see cref="Score(ReadOnlySpan{double}, ReadOnlySpan{int}, ReadOnlySpan{float}, float)"/>.</param>
    /// <param name="logit">The encoder's.</param>
    internal float LogitOf(Token changed, Normalisation normalisation, ReadOnlySpan<double> numeric, ReadOnlySpan<float> encoded = default, float logit = 0)
    {
        Normalisation.BendRow(numeric, _bent);
        for (int i = 0; i < _bent.Length; i++)
            if (changed.Numeric[i] != normalisation.Standardise(_bent[i], i)) _bent[i] = normalisation.BentOf(changed.Numeric[i], i);
        return Score(changed.Categorical, encoded, logit).Logit;
    }

    FraudScore Score(ReadOnlySpan<int> categorical, ReadOnlySpan<float> encoded, float logit)
    {
        columns.Fill(_row, _bent, categorical);
        if (!encoded.IsEmpty) columns.FillEncoded(_row, encoded, logit);
        return learnt.Score(_row);
    }
}
