using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Features;
using Vigil.Ingest;
using Vigil.Model;

namespace Vigil.Tests;

/// <summary>
/// The plain twin of the service: one loop over the history, without batches, barriers, restarts or Postgres. What partitions counted of merchants is read from
/// the topic, whole and before the first transaction: what is not in effect must not be seen, whenever it is there.
/// </summary>
static class PlainPipeline
{
    internal static List<(string Id, DateTimeOffset EventTime, double Score)> Alerts(IEnumerable<HistoryEvent> history, double threshold, IngestOptions kafka)
    {
        using var topics = new Topics(kafka);
        var options = new FeatureOptions().For(topics.CountPartitions(kafka.TransactionsTopic));
        var facts = FactsOf(kafka, options);
        PartitionFeatures[] partitions = [.. Enumerable.Range(0, options.Partitions).Select(_ => new PartitionFeatures(facts, options))];
        var scorer = new SequenceScorer(Checkpoint.Load(new ScoringOptions().Checkpoint));
        var alerts = new List<(string, DateTimeOffset, double)>();
        foreach (var happened in history)
        {
            if (happened.Label is { } label) facts.Add(label, happened.Stamp);
            if (happened.Transaction is not { } labelled) continue;
            var partition = partitions[CardPartitioner.PartitionOf(labelled.Transaction.CardToken, options.Partitions)];
            var score = scorer.Score(partition.Next(labelled.Transaction, happened.Stamp)!);
            if (score.Probability >= threshold)
                alerts.Add((labelled.Transaction.TransactionId.ToString(), happened.Stamp.ToDateTimeOffset(), score.Probability));
        }
        return alerts;
    }

    static SharedFacts FactsOf(IngestOptions kafka, FeatureOptions options)
    {
        var facts = new SharedFacts(options);
        using var reader = new FactReader(kafka, NullLogger<FactReader>.Instance);
        reader.ReadToEnd((topic, record) =>
        {
            if (topic != kafka.ActivityTopic) return;
            if (!MerchantActivityJson.TryDecode(record.Value, record.Stamp, out var activity, out var rejection))
                throw new InvalidOperationException(rejection.Message);
            facts.Add(activity, record.Stamp);
        });
        return facts;
    }
}
