using System.Globalization;
using System.Text.Json;
using Vigil.Ingest;
using Vigil.Model;
using Vigil.Model.Baselines;
using Xunit;

namespace Vigil.Backtest.Tests;

public sealed class BacktestRunTests
{
    static readonly Lazy<BacktestResult> Result = new(() => BacktestRun.Run(Request(SmallWorld.Fold), TimeProvider.System));

    [Fact]
    public void A_model_that_learnt_two_weeks_ranks_the_frauds_of_later_weeks()
    {
        FoldResult fold = Assert.Single(Result.Value.Folds);
        Assert.InRange(fold.AucRoc, .7, 1);
        Assert.InRange(fold.AveragePrecision, 5.0 * fold.Test.Frauds / fold.Test.Rows, 1);
        Assert.Equal(SmallWorld.Transactions.Count(labelled => SmallWorld.Fold.Train.Contains(labelled.Transaction.EventTime)), fold.Train!.Rows);
    }

    [Fact]
    public void The_json_has_the_names_that_others_read()
    {
        using var output = new MemoryStream();
        Result.Value.WriteJson(output);
        using var json = JsonDocument.Parse(output.ToArray());
        JsonElement root = json.RootElement;
        Assert.Equal(Result.Value.Mean.AucRoc, root.GetProperty("mean").GetProperty("aucRoc").GetDouble());
        Assert.Equal(Result.Value.Mean.AveragePrecision, root.GetProperty("mean").GetProperty("averagePrecision").GetDouble());
        Assert.Equal(Result.Value.Mean.CardPrecisionAt100, root.GetProperty("mean").GetProperty("cardPrecisionAt100").GetDouble());
        Assert.Equal(0, root.GetProperty("std").GetProperty("aucRoc").GetDouble());
        JsonElement fold = root.GetProperty("folds")[0];
        Assert.Equal(Result.Value.Folds[0].AveragePrecision, fold.GetProperty("averagePrecision").GetDouble());
        Assert.Equal(Result.Value.Folds[0].Test.Rows, fold.GetProperty("test").GetProperty("rows").GetInt32());
    }

    [Fact]
    public void The_metrics_can_be_recomputed_from_the_scores_file()
    {
        using var output = new StringWriter();
        Result.Value.WriteScores(output);
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("transaction_id,score,fold", lines[0]);
        Dictionary<string, bool> labels =
            SmallWorld.Transactions.ToDictionary(one => one.Transaction.TransactionId.ToString(), one => one.Value == LabelValue.Fraud);
        string[][] rows = [.. lines.Skip(1).Select(line => line.Split(','))];
        float[] scores = [.. rows.Select(row => float.Parse(row[1], CultureInfo.InvariantCulture))];
        bool[] frauds = [.. rows.Select(row => labels[row[0]])];
        Assert.Equal(Result.Value.Folds[0].AveragePrecision, RankingMetrics.AveragePrecision(scores, frauds));
    }

    [Fact]
    public void A_checkpoint_is_tested_as_it_is()
    {
        var request = Request(SmallWorld.Fold) with { Model = SmallWorld.Checkpoint.Value };
        BacktestResult result = BacktestRun.Run(request, TimeProvider.System, null, TestContext.Current.CancellationToken);
        Assert.Null(result.Folds[0].Train);
        Assert.Equal(SmallWorld.Checkpoint.Value.Manifest.Hash, result.Folds[0].Model);
    }

    [Fact]
    public void A_test_window_without_fraud_is_an_error_that_names_it()
    {
        var genuine = SmallWorld.Transactions.Select(
            one => SmallWorld.Fold.Test.Contains(one.Transaction.EventTime) ? one with { Value = LabelValue.Genuine } : one);
        var request = Request(SmallWorld.Fold) with { History = genuine, Model = SmallWorld.Checkpoint.Value };
        var error = Assert.Throws<InvalidDataException>(
            () => BacktestRun.Run(request, TimeProvider.System, null, TestContext.Current.CancellationToken));
        Assert.Contains("the test window 2018-05-13", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lightgbm")]
    [InlineData("forest")]
    [InlineData("logistic")]
    [InlineData("hybrid")]
    public void A_baseline_is_trained_and_tested_on_the_encoders_rows(string name)
    {
        TrainRequest earlier = SmallWorld.Request with { Train = SmallWorld.Days(7, 21) };
        Checkpoint? encoder = name == "hybrid" ? (Checkpoint)TrainRun.Run(earlier, null, TestContext.Current.CancellationToken) : null;
        var request = Request(SmallWorld.Fold) with { Baseline = new() { Config = BaselineConfig.Preset(name), Encoder = encoder } };
        FoldResult fold = BacktestRun.Run(request, TimeProvider.System, null, TestContext.Current.CancellationToken).Folds[0];
        Assert.Equal(Result.Value.Folds[0].Train, fold.Train);
        Assert.Equal(Result.Value.Folds[0].Test, fold.Test);
        Assert.Equal(Result.Value.Folds[0].Scores.Select(row => row.TransactionId), fold.Scores.Select(row => row.TransactionId));
        Assert.InRange(fold.AucRoc, .7, 1);
    }

    [Fact]
    public void Without_amounts_a_model_finds_less()
    {
        var request = Request(SmallWorld.Fold) with { Baseline = new() { Config = BaselineConfig.Preset("logistic") } };
        var without = request with { Without = ["*amount*"] };
        Assert.True(AveragePrecision(without) < AveragePrecision(request));

        static double AveragePrecision(BacktestRequest request) =>
            BacktestRun.Run(request, TimeProvider.System, null, TestContext.Current.CancellationToken).Mean.AveragePrecision;
    }

    static BacktestRequest Request(Fold fold) => new() { History = SmallWorld.Transactions, Folds = [fold], Training = SmallWorld.Training };
}
