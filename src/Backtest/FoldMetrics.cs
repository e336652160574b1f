using Vigil.Ingest;

namespace Vigil.Backtest;

/// <summary>How well a model ranks the transactions of one test window, and how far its scores are probabilities.</summary>
/// <param name="AucRoc">Area under the receiver operating characteristic, 0 to 1.</param>
/// <param name="AveragePrecision">Average precision, 0 to 1.</param>
/// <param name="CardPrecisionAt100">Of the 100 highest cards of a day, the share that had a fraud on it, mean over the days, 0 to 1.</param>
/// <param name="Brier">As <see cref="CalibrationMetrics.Brier"/>.</param>
/// <param name="CalibrationError">As <see cref="CalibrationMetrics.ExpectedError"/>.</param>
public sealed record FoldMetrics(double AucRoc, double AveragePrecision, double CardPrecisionAt100, double Brier, double CalibrationError)
{
    /// <summary>The metrics of scored transactions in time order.</summary>
    /// <param name="transactions">Frauds and genuine ones.</param>
    /// <param name="start">The first moment of the first test day.</param>
    /// <exception cref="ArgumentException">Frauds or genuine transactions are missing, or the order is not that of time.</exception>
    public static FoldMetrics Of(IReadOnlyList<ScoredTransaction> transactions, Instant start)
    {
        float[] scores = [.. transactions.Select(transaction => transaction.Score)];
        bool[] frauds = [.. transactions.Select(transaction => transaction.Fraud)];
        return new(
            RankingMetrics.AucRoc(scores, frauds), RankingMetrics.AveragePrecision(scores, frauds), CardPrecision.At(100, transactions, start),
            CalibrationMetrics.Brier(scores, frauds), CalibrationMetrics.ExpectedError(scores, frauds));
    }

    /// <summary>The mean of each metric.</summary>
    public static FoldMetrics Mean(IReadOnlyCollection<FoldMetrics> folds) =>
        Each(folds, values => values.Average());

    /// <summary>The standard deviation of each metric between folds, with n - 1 below the root; 0 for a single fold.</summary>
    public static FoldMetrics Deviation(IReadOnlyCollection<FoldMetrics> folds) =>
        Each(folds, values => values.Length < 2 ? 0 : Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1)));

    static FoldMetrics Each(IReadOnlyCollection<FoldMetrics> folds, Func<double[], double> figure) => new(
        figure([.. folds.Select(fold => fold.AucRoc)]),
        figure([.. folds.Select(fold => fold.AveragePrecision)]),
        figure([.. folds.Select(fold => fold.CardPrecisionAt100)]),
        figure([.. folds.Select(fold => fold.Brier)]),
        figure([.. folds.Select(fold => fold.CalibrationError)]));
}
