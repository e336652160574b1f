using Vigil.Ingest;
using Xunit;

namespace Vigil.Backtest.Tests;

public sealed class FoldTests
{
    [Fact]
    public void A_test_before_the_training_labels_have_arrived_is_refused()
    {
        var refused = Assert.Throws<ArgumentException>(() => new Fold(new(At(1), At(8)), TimeSpan.FromDays(7), new(At(14), At(20))));
        Assert.Contains("2018-08-15", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_handbooks_folds_are_a_week_of_training_a_week_of_waiting_and_a_week_of_test()
    {
        Assert.Equal(["2018-06-20", "2018-06-27", "2018-07-04", "2018-07-11"], HandbookProtocol.ValidationFolds.Select(fold => fold.Name));
        Assert.Equal(["2018-07-25", "2018-08-01", "2018-08-08", "2018-08-15"], HandbookProtocol.TestFolds.Select(fold => fold.Name));
        Fold first = HandbookProtocol.TestFolds[0];
        Assert.Equal(At(1), first.Train.To);
        Assert.Equal(new TimeWindow(At(8), At(15)), first.Test);
    }

    [Fact]
    public void A_longer_training_begins_earlier_and_nothing_else_changes()
    {
        Fold fold = HandbookProtocol.TestFolds[1], longer = fold.After(TimeSpan.FromDays(21));
        Assert.Equal(fold.Train.From - TimeSpan.FromDays(21), longer.Train.From);
        Assert.Equal((fold.Train.To, fold.Test, fold.BlockedFrom, fold.Name), (longer.Train.To, longer.Test, longer.BlockedFrom, longer.Name));
        Assert.Equal(At(1), fold.BlockedFrom);
    }

    [Fact]
    public void A_window_holds_its_start_and_not_its_end()
    {
        var window = new TimeWindow(At(1), At(2));
        Assert.True(window.Contains(At(1)));
        Assert.False(window.Contains(At(2)));
        Assert.Throws<ArgumentException>(() => new TimeWindow(At(2), At(2)));
    }

    static Instant At(int dayOfAugust) => Instant.From(new DateTimeOffset(2018, 8, dayOfAugust, 0, 0, 0, TimeSpan.Zero));
}
