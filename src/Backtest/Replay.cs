using Vigil.Ingest;
using Vigil.Model;

namespace Vigil.Backtest;

/// <summary>Scores a fold's test window as the live service would have: one transaction at a time, in time order.</summary>
public static class Replay
{
    const int ReportEvery = 10_000;

    /// <summary>
    /// The scores of a fold's test rows. What came before the test window is observed silently, and so does every transaction of the window stay
    /// in its card's history, also of cards that are left out of the test.
    /// </summary>
    /// <param name="history">In time order.</param>
    /// <param name="fold">Its training window plays no part, but for the cards that it makes known.</param>
    /// <param name="model">Encoder or baseline.</param>
    /// <param name="options">What scores; null for the model's own scorers, which is the default.</param>
    /// <param name="progress">Told the event time that the replay has reached.</param>
    /// <param name="cancellationToken">Asked now and then.</param>
    /// <exception cref="InvalidDataException">The model was trained under other feature options than the replay's, or the device cannot score it.</exception>
    public static List<ScoredTransaction> Score(
        IEnumerable<LabelledTransaction> history, Fold fold, FraudModel model, ModelOptions? options = null, IProgress<Instant>? progress = null,
        CancellationToken cancellationToken = default)
    {
        model.Manifest.Features.EnsureSame(FeatureReplay.Options);
        using DeviceModel? device = DeviceModel.Open(model, options ?? new(), TimeProvider.System);
        IFraudScorer scorer = device?.NewScorer() ?? model.NewScorer(options);
        var tested = new TestRows(fold);
        var scored = new List<ScoredTransaction>();
        int read = 0;
        foreach (ReplayedTransaction row in FeatureReplay.Read(history, fold.LabelDelay, fold.Test.To, [tested]))
        {
            if (read++ % ReportEvery == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(row.EventTime);
            }
            if (!fold.Test.Contains(row.EventTime))
            {
                scorer.Observe(row.Features);
                continue;
            }
            ScoredTransaction? test = tested.Contains(row.Labelled)
                ? new(row.Labelled.Transaction.TransactionId.ToString(), row.Features.Card, row.EventTime, 0, row.Fraud)
                : null;
            scorer.Score(row.Features, score =>
            {
                if (test is { } kept) scored.Add(kept with { Score = score.Probability });
            });
        }
        device?.Flush();
        return scored;
    }
}
