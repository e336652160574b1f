namespace Vigil.Model.Baselines;

/// <summary>
/// What a logistic regression minimises: the rows' negative log likelihood, and half the squared weights but for the bias. Weights are of standardised numbers,
/// so that the penalty treats all alike; the rows stay as they are, and mean and deviation are put into the weights.
/// </summary>
sealed class LogisticLoss
{
    readonly BaselineRows _rows;
    readonly double _l2;
    readonly int _numeric;
    readonly int[] _categories;
    readonly double[] _mean, _scale; // scale: 1 / deviation, 0 where a column never varies

    LogisticLoss(BaselineRows rows, double l2)
    {
        (_rows, _l2, _numeric, _categories) = (rows, l2, rows.Columns.NumericCount, LogisticRegression.FirstWeights(rows.Columns));
        (_mean, _scale) = (new double[_numeric], new double[_numeric]);
        for (int column = 0; column < _numeric; column++) (_mean[column], _scale[column]) = MeanAndScale(column);
    }

    internal static LogisticRegression Fit(BaselineRows rows, double l2, CancellationToken cancellationToken)
    {
        var loss = new LogisticLoss(rows, l2);
        double[] weights = Lbfgs.Minimise(loss.At, new double[LogisticRegression.WeightsOf(rows.Columns)], cancellationToken);
        return new(rows.Columns, loss.OfRows(weights));
    }

    /// <summary>The loss of weights, and its slope.</summary>
    double At(double[] weights, double[] slope)
    {
        double[] ofRows = OfRows(weights);
        Array.Clear(slope);
        double loss = 0;
        for (int row = 0; row < _rows.Count; row++) loss += AddRow(_rows[row], _rows.Labels[row], ofRows, slope);
        for (int i = 0; i < _numeric; i++) slope[1 + i] = _scale[i] * (slope[1 + i] - (_mean[i] * slope[0]));
        for (int i = 1; i < weights.Length; i++)
        {
            loss += _l2 / 2 * weights[i] * weights[i];
            slope[i] += _l2 * weights[i];
        }
        return loss;
    }

    double AddRow(ReadOnlySpan<float> row, float label, double[] weights, double[] slope)
    {
        double logit = weights[0];
        for (int i = 0; i < _numeric; i++) logit += weights[1 + i] * row[i];
        for (int i = 0; i < _categories.Length; i++) logit += weights[_categories[i] + (int)row[_numeric + i]];
        double error = (1 / (1 + Math.Exp(-logit))) - label;
        slope[0] += error;
        for (int i = 0; i < _numeric; i++) slope[1 + i] += error * row[i];
        for (int i = 0; i < _categories.Length; i++) slope[_categories[i] + (int)row[_numeric + i]] += error;
        return Math.Max(logit, 0) + Math.Log(1 + Math.Exp(-Math.Abs(logit))) - (label * logit); // without overflow
    }

    /// <summary>Weights of standardised numbers as weights of the numbers themselves.</summary>
    double[] OfRows(double[] weights)
    {
        double[] ofRows = [.. weights];
        for (int i = 0; i < _numeric; i++)
        {
            ofRows[1 + i] = weights[1 + i] * _scale[i];
            ofRows[0] -= ofRows[1 + i] * _mean[i];
        }
        return ofRows;
    }

    (double Mean, double Scale) MeanAndScale(int column)
    {
        double sum = 0, squares = 0;
        for (int row = 0; row < _rows.Count; row++) sum += _rows[row][column];
        double mean = sum / _rows.Count;
        for (int row = 0; row < _rows.Count; row++) squares += (_rows[row][column] - mean) * (_rows[row][column] - mean);
        double variance = squares / _rows.Count;
        return (mean, variance > 1e-10 ? 1 / Math.Sqrt(variance) : 0);
    }
}
