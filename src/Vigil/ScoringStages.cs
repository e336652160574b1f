using Vigil.Alerts;
using Vigil.Features;
using Vigil.Ingest;
using Vigil.Model;

namespace Vigil;

/// <summary>The stages as configured: what every partition of a process shares, and how a partition's own state is made.</summary>
sealed class ScoringStages : IDisposable
{
    /// <param name="options">Every stage's options.</param>
    /// <param name="streamId">Which log is scored; part of the natural keys in Postgres.</param>
    /// <param name="clock">Tells when a score was computed and stored; no score depends on it.</param>
    /// <exception cref="KafkaUnreachableException">No broker answers, or the topic of transactions does not exist.</exception>
    /// <exception cref="InvalidDataException">
    /// The model cannot be used, or not on the device, or was trained under other feature options than these.
    /// </exception>
    public ScoringStages(ServiceOptions options, string streamId, TimeProvider clock)
    {
        Options = options;
        StreamId = streamId;
        Clock = clock;
        Decoder = new RecordDecoder(options.Kafka);
        Model = FraudModel.Load(options.Scoring.Checkpoint);
        Model.Manifest.Features.EnsureSame(options.Features);
        Device = DeviceModel.Open(Model, options.Model, clock);
        Features = options.Features.For(CountPartitions(options.Kafka));
        Policy = AlertPolicy.From(options.Alerts, Model.Manifest.Notes.Threshold);
        ModelVersion = Utf8Text.From(Model.Manifest.Hash);
        Topic = Utf8Text.From(options.Kafka.TransactionsTopic);
        ScoreFrom = options.Scoring.ScoreFrom is { } from ? Instant.From(from) : new(long.MinValue);
    }

    internal ServiceOptions Options { get; }

    internal string StreamId { get; }

    internal TimeProvider Clock { get; }

    internal RecordDecoder Decoder { get; }

    /// <summary>What features are computed under, for the topic's number of partitions.</summary>
    internal FeatureOptions Features { get; }

    /// <summary>Which model scores.</summary>
    internal FraudModel Model { get; }

    /// <summary>What scores in batches in the model's own scorers' place; null where these score.</summary>
    internal DeviceModel? Device { get; }

    /// <summary>Content hash of the model.</summary>
    internal Utf8Text ModelVersion { get; }

    /// <summary>Where transactions come from.</summary>
    internal Utf8Text Topic { get; }

    /// <summary>Which scores are alerts.</summary>
    internal AlertPolicy Policy { get; }

    /// <summary>Records stamped earlier are history: remembered, not scored.</summary>
    internal Instant ScoreFrom { get; }

    /// <summary>What becomes of transactions that are late.</summary>
    internal OverloadOptions Overload => Options.Overload;

    /// <summary>How many records may be pending before they are stored.</summary>
    internal int MaxFlushRecords => Options.Scoring.MaxFlushRecords;

    internal StreamPartition PartitionOf(int number) => new(StreamId, Options.Kafka.TransactionsTopic, number);

    /// <summary>The state of a partition whose log has not been read.</summary>
    internal PartitionState NewState(SharedFacts facts) => new(new(facts, Features), Device?.NewScorer() ?? Model.NewScorer(Options.Model));

    /// <summary>What a snapshot of a partition is of.</summary>
    internal SnapshotHeader HeaderOf(int partition, long nextOffset) => new()
    {
        Options = Options.Features,
        Model = Model.Manifest.Hash,
        StreamId = StreamId,
        Topic = Options.Kafka.TransactionsTopic,
        Partition = partition,
        NextOffset = nextOffset,
    };

    /// <summary>A record that is not what its topic is of.</summary>
    internal DeadLetter DeadLetterOf(string topic, in ConsumedRecord record, Rejection rejection) => new()
    {
        Partition = new(StreamId, topic, record.Partition),
        Offset = record.Offset,
        ReasonCode = rejection.Reason,
        Message = rejection.Message,
        Raw = DeadLetterBytes.MaskAndCut(record.Value),
    };

    public void Dispose()
    {
        Decoder.Dispose();
        Device?.Dispose();
    }

    static int CountPartitions(IngestOptions kafka)
    {
        using var topics = new Topics(kafka);
        return topics.CountPartitions(kafka.TransactionsTopic);
    }
}
