using Vigil.Features;
using Vigil.Ingest;
using Vigil.Model;

namespace Vigil.Tests;

/// <summary>The plain twin of the service: one loop over a history, without Kafka, partitions, batches, snapshots or Postgres.</summary>
static class PlainPipeline
{
    internal static List<(string Id, DateTimeOffset EventTime, double Score)> Alerts(IEnumerable<HistoryEvent> history, double threshold)
    {
        var facts = new SharedFacts(new FeatureOptions());
        var features = new PartitionFeatures(facts, new FeatureOptions());
        var scorer = new SequenceScorer(Checkpoint.Load(new ScoringOptions().Checkpoint));
        var alerts = new List<(string, DateTimeOffset, double)>();
        foreach (var happened in history)
        {
            if (happened.Label is { } label) facts.Add(label, happened.Stamp);
            if (happened.Transaction is not { } labelled) continue;
            var score = scorer.Score(features.Next(labelled.Transaction, happened.Stamp)!);
            foreach (var activity in features.TakeClosed(partition: 0)) facts.Add(activity, happened.Stamp);
            if (score.Probability >= threshold)
                alerts.Add((labelled.Transaction.TransactionId.ToString(), happened.Stamp.ToDateTimeOffset(), score.Probability));
        }
        return alerts;
    }
}
