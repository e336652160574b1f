using Vigil.Model;

namespace Vigil.Backtest;

/// <summary>The test rows of the validation folds, and the figure by which an epoch is chosen on them.</summary>
sealed class ValidationRows(IReadOnlyList<Fold> folds)
{
    readonly List<ScoredTransaction> _rows = [];
    readonly List<int>[] _ofFold = [.. folds.Select(_ => new List<int>())];
    float[] _scores = [];

    /// <summary>One per fold; told of labels by the replay.</summary>
    internal IReadOnlyList<TestRows> Rows { get; } = [.. folds.Select(fold => new TestRows(fold))];

    /// <summary>Mean metrics of what was evaluated last: after a training, its model. Null before the first.</summary>
    internal FoldMetrics? Newest { get; private set; }

    /// <summary>Keeps the row where a fold tests it; false where none does.</summary>
    internal bool Add(in ReplayedTransaction row)
    {
        bool tested = false;
        for (int fold = 0; fold < folds.Count; fold++)
        {
            if (!Rows[fold].Contains(row.Labelled)) continue;
            _ofFold[fold].Add(_rows.Count);
            tested = true;
        }
        if (tested) _rows.Add(new(row.Labelled.Transaction.TransactionId.ToString(), row.Features.Card, row.EventTime, 0, row.Fraud));
        return tested;
    }

    internal void Require()
    {
        for (int fold = 0; fold < folds.Count; fold++)
        {
            var counts = new LabelCounts();
            foreach (int row in _ofFold[fold]) counts.Add(_rows[row].Fraud);
            counts.Require($"the validation window {folds[fold].Test.From} to {folds[fold].Test.To}");
        }
    }

    /// <summary>The folds' mean average precision.</summary>
    internal double Evaluate(ReadOnlyMemory<float> probabilities)
    {
        Newest = FoldMetrics.Mean([.. folds.Select((fold, index) => FoldMetrics.Of(Scored(_ofFold[index], probabilities.Span), fold.Test.From))]);
        _scores = probabilities.ToArray();
        return Newest.AveragePrecision;
    }

    /// <summary>How the scores that were evaluated last become the odds that the rows show; null where higher scores do not mean more fraud.</summary>
    internal Calibration? Calibrate() => Calibration.Fit(_scores, [.. _rows.Select(row => row.Fraud)]);

    /// <summary>The score that the given share of the rows reaches or exceeds, of those evaluated last.</summary>
    internal float ThresholdOf(double alertRate)
    {
        float[] sorted = [.. _scores.OrderDescending()];
        return sorted[Math.Clamp((int)(alertRate * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    List<ScoredTransaction> Scored(List<int> rows, ReadOnlySpan<float> probabilities)
    {
        var scored = new List<ScoredTransaction>(rows.Count);
        foreach (int row in rows) scored.Add(_rows[row] with { Score = probabilities[row] });
        return scored;
    }
}
