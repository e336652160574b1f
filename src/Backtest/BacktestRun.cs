using Vigil.Model;

namespace Vigil.Backtest;

/// <summary>Trains on each fold's training window and scores its test window through the streaming path.</summary>
public static class BacktestRun
{
    /// <summary>Runs the folds one after another.</summary>
    /// <param name="request">What to test.</param>
    /// <param name="time">Measures how long the parts take.</param>
    /// <param name="progress">Told what is going on.</param>
    /// <param name="cancellationToken">Asked often.</param>
    /// <exception cref="InvalidDataException">A window holds no fraud or no genuine transaction; the message says which.</exception>
    public static BacktestResult Run(
        BacktestRequest request, TimeProvider time, IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(request.Folds.Count, nameof(request));
        FoldResult[] folds = [.. request.Folds.Select((fold, index) =>
            RunFold(request, fold, time, progress is null ? null : new FoldReport(progress, index + 1), cancellationToken))];
        FoldMetrics[] metrics = [.. folds.Select(fold => fold.Metrics)];
        return new(folds, FoldMetrics.Mean(metrics), FoldMetrics.Deviation(metrics));
    }

    static FoldResult RunFold(BacktestRequest request, Fold fold, TimeProvider time, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        FraudModel model = request.Model ?? TrainRun.Run(Training(request, fold), progress, cancellationToken);
        long trained = time.GetTimestamp();
        var scoring = new ReplayReport(progress, RunStage.Score, fold.Test.To);
        List<ScoredTransaction> scores = Replay.Score(request.History, fold, model, request.Scoring, scoring, cancellationToken);
        var counts = new LabelCounts();
        foreach (ScoredTransaction row in scores) counts.Add(row.Fraud);
        counts.Require($"the test window {fold.Test.From} to {fold.Test.To}");
        FoldMetrics metrics = FoldMetrics.Of(scores, fold.Test.From);
        DataWindow data = model.Manifest.Data;
        return new()
        {
            Name = fold.Name,
            Train = request.Model is null ? WindowCounts.Of(fold.Train, data.TrainRows, data.TrainFrauds) : null,
            Test = WindowCounts.Of(fold.Test, counts.Rows, counts.Frauds),
            AucRoc = metrics.AucRoc,
            AveragePrecision = metrics.AveragePrecision,
            CardPrecisionAt100 = metrics.CardPrecisionAt100,
            Brier = metrics.Brier,
            CalibrationError = metrics.CalibrationError,
            Model = model.Manifest.Hash,
            TrainSeconds = time.GetElapsedTime(start, trained).TotalSeconds,
            ScoreSeconds = time.GetElapsedTime(trained).TotalSeconds,
            Scores = scores,
        };
    }

    static TrainRequest Training(BacktestRequest request, Fold fold) => new()
    {
        History = request.History,
        Train = fold.Train,
        LabelDelay = fold.LabelDelay,
        Training = request.Training,
        Baseline = request.Baseline,
        Without = request.Without,
    };
}
