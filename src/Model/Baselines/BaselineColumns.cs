using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Vigil.Model.Baselines;

/// <summary>Which features a baseline reads, and in what form its learner gets them.</summary>
/// <param name="features">Whose <see cref="FeatureSet.Without"/> is left out.</param>
/// <param name="seed">Of what is random in the learner.</param>
sealed class BaselineColumns(FeatureSet features, int seed)
{
    /// <summary>The learner's column.</summary>
    internal const string Features = nameof(Features);

    readonly FeatureMask _mask = new(features);

    internal int Seed => seed;

    bool HasNumeric => _mask.Numeric.Count > 0;

    bool HasCategorical => _mask.Categorical.Count > 0;

    /// <summary>The columns that hold something: a vector without a place has no fixed length, which learners refuse.</summary>
    internal SchemaDefinition Schema()
    {
        var schema = SchemaDefinition.Create(typeof(BaselineRow));
        Size(nameof(BaselineRow.Numeric), _mask.Numeric.Count);
        Size(nameof(BaselineRow.Categorical), _mask.Categorical.Count);
        return schema;

        void Size(string column, int length)
        {
            if (length == 0) schema.Remove(schema[column]);
            else schema[column].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length);
        }
    }

    internal BaselineRow NewRow(bool fraud = false) => new() { Numeric = new float[_mask.Numeric.Count], Categorical = new float[_mask.Categorical.Count], Fraud = fraud };

    /// <summary>Fills a row with a transaction's features.</summary>
    /// <param name="row">Of <see cref="NewRow"/>.</param>
    /// <param name="bent">Every numeric feature, bent.</param>
    /// <param name="categorical">Every categorical feature.</param>
    internal void Fill(BaselineRow row, ReadOnlySpan<float> bent, ReadOnlySpan<int> categorical)
    {
        for (int i = 0; i < row.Numeric.Length; i++) row.Numeric[i] = bent[_mask.Numeric[i]];
        for (int i = 0; i < row.Categorical.Length; i++) row.Categorical[i] = categorical[_mask.Categorical[i]];
    }

    /// <summary>For trees: a category counts by its number.</summary>
    internal IEstimator<ITransformer> AllAsNumbers(MLContext context) =>
        context.Transforms.Concatenate(Features, [.. Present(nameof(BaselineRow.Numeric), nameof(BaselineRow.Categorical))]);

    /// <summary>For sums: numbers by mean and deviation, an indicator for each category.</summary>
    internal IEstimator<ITransformer> Standardised(MLContext context)
    {
        const string Indicators = nameof(Indicators), Standard = nameof(Standard);
        IEstimator<ITransformer> all = context.Transforms.Concatenate(Features, [.. Present(Standard, Indicators)]);
        if (HasCategorical)
            all = context.Transforms.Categorical.OneHotEncoding(Indicators, nameof(BaselineRow.Categorical), OneHotEncodingEstimator.OutputKind.Indicator).Append(all);
        if (HasNumeric) all = context.Transforms.NormalizeMeanVariance(Standard, nameof(BaselineRow.Numeric), fixZero: false).Append(all);
        return all;
    }

    IEnumerable<string> Present(string numeric, string categorical)
    {
        if (HasNumeric) yield return numeric;
        if (HasCategorical) yield return categorical;
    }
}
