using Vigil.Features;
using Vigil.Ingest;
using Vigil.Model;
using Xunit;

namespace Vigil.Backtest.Tests;

public sealed class ReplayTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Labels_that_have_not_arrived_change_no_bit_of_a_score()
    {
        Instant cut = SmallWorld.At(49);
        var poisoned = SmallWorld.Transactions.Select(labelled =>
            labelled.Transaction.EventTime + SmallWorld.Fold.LabelDelay > cut ? labelled with { Value = Flip(labelled.Value) } : labelled);

        Dictionary<string, float> clean = Scores(SmallWorld.Transactions);
        Dictionary<string, float> after = Scores(poisoned);

        var before = SmallWorld.Transactions.Where(one => one.Transaction.EventTime < cut);
        HashSet<string> early = [.. before.Select(one => one.Transaction.TransactionId.ToString())];
        Assert.Equal(clean.Where(one => early.Contains(one.Key)), after.Where(one => early.Contains(one.Key)));
        Assert.NotEqual(clean, after);
    }

    [Fact]
    public void A_transactions_score_is_that_of_its_cards_own_history_whatever_other_cards_do_between()
    {
        var rows = new List<(FeatureVector Features, string Id)>();
        foreach (ReplayedTransaction row in FeatureReplay.Read(SmallWorld.Transactions, SmallWorld.Fold.LabelDelay, SmallWorld.Fold.Test.To, []))
            rows.Add((Copy(row.Features), row.Labelled.Transaction.TransactionId.ToString()));

        var scorer = new SequenceScorer(SmallWorld.Checkpoint.Value);
        var cardByCard = new Dictionary<string, float>();
        foreach (var (features, id) in rows.OrderBy(row => row.Features.Card)) cardByCard[id] = scorer.Score(features).Probability;

        foreach ((string id, float score) in Scores(SmallWorld.Transactions)) Assert.Equal(cardByCard[id], score);
    }

    [Fact]
    public void Every_labelled_transaction_of_the_test_window_whose_card_is_not_known_is_scored_once_in_time_order()
    {
        List<ScoredTransaction> scored = Replay.Score(SmallWorld.Transactions, SmallWorld.Fold, SmallWorld.Checkpoint.Value, cancellationToken: Token);
        Assert.Equal(scored.OrderBy(row => row.EventTime).Select(row => row.TransactionId), scored.Select(row => row.TransactionId));
        Assert.Equal(TestRowsTests.Naive(SmallWorld.Transactions, SmallWorld.Fold), scored.Select(row => row.TransactionId));
    }

    [Fact]
    public void A_device_scores_the_same_rows_alike_in_batches()
    {
        List<ScoredTransaction> one = Replay.Score(SmallWorld.Transactions, SmallWorld.Fold, SmallWorld.Checkpoint.Value, null, null, Token);
        List<ScoredTransaction> many = Replay.Score(
            SmallWorld.Transactions, SmallWorld.Fold, SmallWorld.Checkpoint.Value, new() { Device = "torch-cpu" }, null, Token);
        Assert.Equal(one.Select(row => row with { Score = 0 }), many.Select(row => row with { Score = 0 }));
        Assert.All(one.Zip(many), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4f));
    }

    [Fact]
    public void A_checkpoint_that_was_trained_under_other_feature_options_scores_nothing()
    {
        var set = new TrainingSet(features: new() { StepLength = TimeSpan.FromMinutes(30) });
        set.Add(new FeatureVector(), RowRole.Train, fraud: true);
        Checkpoint other = Trainer.Train(set, new() { Epochs = 1 }, cancellationToken: Token);
        var refusal = Assert.Throws<InvalidDataException>(() => Replay.Score([], SmallWorld.Fold, other, cancellationToken: Token));
        Assert.Contains("StepLength: found 00:30:00, expected 01:00:00", refusal.Message, StringComparison.Ordinal);
    }

    static Dictionary<string, float> Scores(IEnumerable<LabelledTransaction> history) =>
        Replay.Score(history, SmallWorld.Fold, SmallWorld.Checkpoint.Value, cancellationToken: Token).ToDictionary(row => row.TransactionId, row => row.Score);

    static LabelValue? Flip(LabelValue? value) => value == LabelValue.Fraud ? LabelValue.Genuine : LabelValue.Fraud;

    static FeatureVector Copy(FeatureVector features)
    {
        var copy = new FeatureVector { Card = features.Card, EventTimeMicroseconds = features.EventTimeMicroseconds };
        features.Numeric.CopyTo(copy.Numeric, 0);
        features.Categorical.CopyTo(copy.Categorical, 0);
        return copy;
    }
}
