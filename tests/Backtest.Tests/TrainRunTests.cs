using Vigil.Model;
using Vigil.Model.Baselines;
using Xunit;

namespace Vigil.Backtest.Tests;

public sealed class TrainRunTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void With_validation_the_notes_hold_the_best_epochs_metrics_and_a_threshold_that_holds_in_the_stream()
    {
        FraudModel model = TrainRun.Run(SmallWorld.Request with { Validation = [SmallWorld.Fold] }, null, Token);
        CheckpointNotes notes = model.Manifest.Notes;
        List<ScoredTransaction> scored = Replay.Score(SmallWorld.Transactions, SmallWorld.Fold, model, cancellationToken: Token);
        FoldMetrics streamed = FoldMetrics.Of(scored, SmallWorld.Fold.Test.From);
        Assert.Equal(streamed.AveragePrecision, notes.Metrics["validation.averagePrecision"], .01);
        Assert.Equal(streamed.AucRoc, notes.Metrics["validation.aucRoc"], .01);
        double alertRate = scored.Count(row => row.Score >= notes.Threshold!.Value) / (double)scored.Count;
        Assert.InRange(alertRate, .004, .006);
    }

    [Fact]
    public void With_validation_the_scores_are_calibrated_on_it_and_rank_as_before()
    {
        var model = (Checkpoint)TrainRun.Run(SmallWorld.Request with { Validation = [SmallWorld.Fold] }, null, Token);
        Assert.NotNull(model.Manifest.Calibration);
        List<ScoredTransaction> calibrated = Replay.Score(SmallWorld.Transactions, SmallWorld.Fold, model, cancellationToken: Token);
        double frauds = calibrated.Count(row => row.Fraud);
        Assert.Equal(frauds, calibrated.Sum(row => (double)row.Score), .05 * frauds);
        List<ScoredTransaction> plain = Replay.Score(SmallWorld.Transactions, SmallWorld.Fold, model.WithCalibration(new(1, 0)), cancellationToken: Token);
        FoldMetrics before = FoldMetrics.Of(plain, SmallWorld.Fold.Test.From), after = FoldMetrics.Of(calibrated, SmallWorld.Fold.Test.From);
        Assert.Equal(before.AveragePrecision, after.AveragePrecision, 1e-5);
        Assert.Equal(before.AucRoc, after.AucRoc, 1e-5);
        Assert.True(after.Brier <= before.Brier + 1e-5, $"{before.Brier} to {after.Brier}");
    }

    [Fact]
    public void Pretraining_sees_the_history_before_the_labels_arrive_and_changes_the_model()
    {
        var request = SmallWorld.Request with { Training = SmallWorld.Training with { PretrainEpochs = 1, Epochs = 1 } };
        FraudModel model = TrainRun.Run(request, null, Token);
        Assert.Equal(SmallWorld.Checkpoint.Value.Manifest.Data, model.Manifest.Data);
        Assert.NotEqual(TrainRun.Run(request with { Training = request.Training with { PretrainEpochs = 0 } }, null, Token).Manifest.Hash, model.Manifest.Hash);
    }

    [Fact]
    public void A_device_that_is_not_there_is_refused_before_the_history_is_read()
    {
        int read = 0;
        var request = SmallWorld.Request with
        {
            History = SmallWorld.Request.History.Select(row => { read++; return row; }),
            Training = SmallWorld.Training with { Device = "cuda:99" },
        };
        Assert.Contains("found no cuda:99", Assert.Throws<InvalidDataException>(() => TrainRun.Run(request, null, Token)).Message, StringComparison.Ordinal);
        Assert.Equal(0, read);
    }

    [Fact]
    public void The_same_seed_gives_the_same_model() =>
        Assert.Equal(SmallWorld.Checkpoint.Value.Manifest.Hash, TrainRun.Run(SmallWorld.Request, null, Token).Manifest.Hash);

    [Fact]
    public void A_baselines_notes_hold_the_validation_metrics_that_the_stream_gives()
    {
        var request = SmallWorld.Request with { Validation = [SmallWorld.Fold], Baseline = new() { Config = BaselineConfig.Preset("lightgbm") } };
        FraudModel model = TrainRun.Run(request, null, Token);
        List<ScoredTransaction> rows = Replay.Score(SmallWorld.Transactions, SmallWorld.Fold, model, cancellationToken: Token);
        FoldMetrics streamed = FoldMetrics.Of(rows, SmallWorld.Fold.Test.From);
        Assert.Equal(streamed.AveragePrecision, model.Manifest.Notes.Metrics["validation.averagePrecision"]);
        Assert.NotNull(model.Manifest.Notes.Threshold);
    }

    [Fact]
    public void Only_the_training_windows_labels_are_learnt()
    {
        DataWindow data = SmallWorld.Checkpoint.Value.Manifest.Data;
        Assert.True(SmallWorld.Fold.Train.Contains(Vigil.Ingest.Instant.From(data.From)) && SmallWorld.Fold.Train.Contains(Vigil.Ingest.Instant.From(data.To)));
        var late = SmallWorld.Transactions.Select(one => one with { LabelTime = one.Transaction.EventTime + TimeSpan.FromDays(30) });
        var error = Assert.Throws<InvalidDataException>(() => TrainRun.Run(SmallWorld.Request with { History = late }, null, Token));
        Assert.Contains("holds 0 frauds", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_whose_test_begins_before_the_training_labels_have_arrived_is_refused() =>
        Assert.Throws<ArgumentException>(
            () => TrainRun.Run(SmallWorld.Request with { Train = SmallWorld.Days(21, 40), Validation = [SmallWorld.Fold] }, null, Token));
}
