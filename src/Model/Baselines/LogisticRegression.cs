using System.Globalization;

namespace Vigil.Model.Baselines;

/// <summary>A weight for each number, and one for each category.</summary>
/// <param name="columns">What a row holds.</param>
/// <param name="weights">The bias, one a numeric column, and one a category of each categorical column.</param>
sealed class LogisticRegression(BaselineColumns columns, double[] weights) : IRowModel
{
    readonly int[] _categories = FirstWeights(columns);

    /// <summary>How many weights rows of such columns need.</summary>
    internal static int WeightsOf(BaselineColumns columns) => 1 + columns.NumericCount + columns.Cardinalities.Sum();

    /// <summary>Of each categorical column: its first category's weight.</summary>
    internal static int[] FirstWeights(BaselineColumns columns)
    {
        int next = 1 + columns.NumericCount;
        return [.. columns.Cardinalities.Select(cardinality => (next += cardinality) - cardinality)];
    }

    /// <summary>Reads what <see cref="ToText"/> has written.</summary>
    /// <exception cref="InvalidDataException">It is no list of as many finite numbers.</exception>
    internal static LogisticRegression Parse(string text, BaselineColumns columns)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        double[] weights = [.. lines.Select(line => double.TryParse(line, CultureInfo.InvariantCulture, out double weight) ? weight : double.NaN)];
        return weights.Length == WeightsOf(columns) && weights.All(double.IsFinite)
            ? new(columns, weights)
            : throw new InvalidDataException($"found {weights.Length} weights, expected {WeightsOf(columns)}, all finite");
    }

    /// <summary>A weight a line.</summary>
    internal string ToText() => string.Concat(weights.Select(weight => string.Create(CultureInfo.InvariantCulture, $"{weight:R}\n")));

    /// <summary>Features that give no number leave the bias alone.</summary>
    public FraudScore Score(ReadOnlySpan<float> row)
    {
        double logit = weights[0];
        for (int i = 0; i < columns.NumericCount; i++) logit += weights[1 + i] * row[i];
        for (int i = 0; i < _categories.Length; i++) logit += weights[_categories[i] + (int)row[columns.NumericCount + i]];
        return double.IsNaN(logit) ? FraudScore.FromLogit((float)weights[0]) with { IsFallback = true } : FraudScore.FromLogit((float)logit);
    }
}
