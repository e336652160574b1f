using Vigil.Ingest;
using Xunit;

namespace Vigil.Backtest.Tests;

public sealed class TestRowsTests
{
    [Fact]
    public void Cards_whose_fraud_is_known_at_a_days_start_are_left_out_from_that_day_on()
    {
        List<string> tested = Tested(SmallWorld.Fold);
        Assert.Equal(Naive(SmallWorld.Transactions, SmallWorld.Fold), tested);
        Assert.True(tested.Count < SmallWorld.Transactions.Count(labelled => SmallWorld.Fold.Test.Contains(labelled.Transaction.EventTime)));
    }

    [Fact]
    public void A_longer_training_is_tested_on_the_same_rows()
    {
        Fold longer = SmallWorld.Fold.After(TimeSpan.FromDays(21));
        Assert.Equal(Tested(SmallWorld.Fold), Tested(longer));
        Assert.NotEqual(Tested(SmallWorld.Fold), Tested(new(longer.Train, longer.LabelDelay, longer.Test)));
    }

    [Fact]
    public void The_handbooks_first_test_fold_has_the_published_counts()
    {
        string? file = HandbookFile.Find();
        Assert.SkipUnless(file is not null, "no ../shared/data/handbook.csv.gz beside the repository");
        Fold fold = HandbookProtocol.TestFolds[0];
        var rows = new TestRows(fold);
        (LabelCounts train, LabelCounts test) = (new(), new());
        foreach (HistoryEvent next in History.Merge(FileSource.Read(file), fold.LabelDelay))
        {
            if (next.Stamp >= fold.Test.To) break;
            if (next.Label is { } label) rows.Add(label, next.Stamp);
            if (next.Transaction is not { } labelled) continue;
            if (fold.Train.Contains(next.Stamp)) train.Add(labelled.Value == LabelValue.Fraud);
            if (rows.Contains(labelled)) test.Add(labelled.Value == LabelValue.Fraud);
        }
        Assert.Equal((67_240, 598), (train.Rows, train.Frauds));
        Assert.Equal((58_264, 385), (test.Rows, test.Frauds));
    }

    static List<string> Tested(Fold fold)
    {
        var rows = new TestRows(fold);
        var tested = new List<string>();
        foreach (HistoryEvent next in History.Merge(SmallWorld.Transactions, fold.LabelDelay))
        {
            if (next.Label is { } label) rows.Add(label, next.Stamp);
            if (next.Transaction is { } labelled && rows.Contains(labelled)) tested.Add(labelled.Transaction.TransactionId.ToString());
        }
        return tested;
    }

    /// <summary>The handbook's words: from test day d, every customer with a fraud from the training's start up to day d - 8 is dropped.</summary>
    internal static IEnumerable<string> Naive(IReadOnlyCollection<LabelledTransaction> history, Fold fold)
    {
        LabelledTransaction[] frauds = [.. history.Where(labelled => labelled.Value == LabelValue.Fraud && labelled.Transaction.EventTime >= fold.Train.From)];
        foreach (LabelledTransaction labelled in history.Where(labelled => fold.Test.Contains(labelled.Transaction.EventTime)))
        {
            long day = Day(labelled);
            bool known = frauds.Any(fraud => fraud.Transaction.CardToken == labelled.Transaction.CardToken && Day(fraud) <= day - 8);
            if (!known) yield return labelled.Transaction.TransactionId.ToString();
        }
    }

    static long Day(in LabelledTransaction labelled) => labelled.Transaction.EventTime.Step(TimeSpan.FromDays(1));
}
