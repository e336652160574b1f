using System.Diagnostics;
using System.Text;
using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// The pipeline's spans, of the source named <see cref="SourceName"/>: a <c>batch</c> is what is taken from the consumer up to its flush; below it lie, for
/// each run of records of one partition, <c>consume</c> and <c>score</c>, and then the flush with its statements. They are null, and cost next to nothing,
/// while nobody traces.
/// </summary>
static class ScoringSpans
{
    internal const string SourceName = "Vigil.Scoring";

    /// <summary>Of a run's records so many are linked: collectors drop more.</summary>
    const int MaxLinks = 128;

    static readonly ActivitySource s_activities = new(SourceName);

    internal static Activity? StartBatch() => s_activities.StartActivity("batch");

    /// <summary>
    /// Tells what lies behind a run, and begins its scoring, which is linked to the spans that its records name as those of their production.
    /// </summary>
    /// <param name="read">The run.</param>
    /// <param name="clock">Dates the reading.</param>
    internal static Activity? StartScore(PartitionRecords read, TimeProvider clock)
    {
        if (!s_activities.HasListeners()) return null;
        var begun = clock.GetUtcNow() - Stopwatch.GetElapsedTime(read.ReadAt);
        s_activities.StartActivity("consume", ActivityKind.Internal, parentContext: default, startTime: begun)?.Dispose();
        return s_activities.StartActivity("score", ActivityKind.Consumer, parentContext: default, links: LinksOf(read))?
            .SetTag("messaging.system", "kafka")
            .SetTag("messaging.destination.partition.id", read.Partition)
            .SetTag("messaging.kafka.offset", read.Records[0].Offset)
            .SetTag("messaging.batch.message_count", read.Records.Count);
    }

    static IEnumerable<ActivityLink> LinksOf(PartitionRecords read) => read.Records
        .Where(record => record.TraceParent is not null)
        .Select(record => ActivityContext.TryParse(Encoding.ASCII.GetString(record.TraceParent!), traceState: null, isRemote: true, out var producer)
            ? producer : default)
        .Where(producer => producer != default)
        .Take(MaxLinks)
        .Select(producer => new ActivityLink(producer));
}
