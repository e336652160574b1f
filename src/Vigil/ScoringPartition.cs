using Vigil.Alerts;
using Vigil.Features;
using Vigil.Ingest;
using Vigil.Model;

namespace Vigil;

/// <summary>
/// One owned partition: its state, and what scoring gave since the last flush. Used by the pipeline's thread only, and until it is ready by the one that
/// restores its state.
/// </summary>
/// <param name="claim">The partition and its cursor.</param>
/// <param name="stages">What every partition shares.</param>
/// <param name="facts">Shared by all partitions; what this one counts is published there.</param>
/// <param name="assigned">As the consumer told of it.</param>
sealed class ScoringPartition(PartitionClaim claim, ScoringStages stages, FactExchange facts, PartitionAssigned assigned) : IDisposable
{
    readonly CancellationTokenSource _dropped = new();
    PartitionState _state = stages.NewState(facts.Facts);
    long _snapshotOffset; // Which the last snapshot stands for, restored or begun.
    long _snapshotBegan = stages.Clock.GetTimestamp(); // Or, before the first, when the partition came.
    volatile bool _isReady;
    long _cursor = claim.NextOffset; // Of what is stored.
    long _storingTo = claim.NextOffset; // And of what is being stored as well.
    long _next;
    ScoredRun _run = new();
    ScoredRun _storing = new();
    CacheUse _cacheUse; // Of every run that is stored or being stored.

    /// <summary>Takes the scores that come later than <see cref="Process"/>, of a device that scores in batches, in order.</summary>
    internal required Action<Score, ConsumedRecord> Post { get; init; }

    /// <summary>As the consumer told of it.</summary>
    internal PartitionAssigned Assigned => assigned;

    /// <summary>The newest stamp that was scored or remembered; null where there is none yet.</summary>
    internal Instant? Newest => _state.Features.NewestStamp;

    /// <summary>Whether its next stamp may be any: its state is being restored, or it has not begun to read a log that holds something.</summary>
    internal bool MayBeginAnywhere => !_isReady || (Newest is null && IsBehind);

    /// <summary>How much its state holds.</summary>
    internal PartitionSize Size => new(_state.Features.Cards, _state.Scorer.TokenBytes, _state.Scorer.CacheBytes);

    /// <summary>Whether it still reads what was in the log when it was assigned.</summary>
    internal bool IsBehind => _next < assigned.High && assigned.Low < assigned.High;

    /// <summary>The stamp that a record counts as: within a partition stamps never run backwards, so none asks for facts that are forgotten.</summary>
    internal Instant StampOf(ConsumedRecord record) => Newest is { } newest && newest > record.Stamp ? newest : record.Stamp;

    /// <summary>
    /// Whether there is something to store that is not being stored: not while there is nothing new, or replay has not passed the stored cursor.
    /// </summary>
    internal bool HasPending => _next > _storingTo;

    /// <summary>
    /// Puts the newest snapshot back that can be used. It runs beside the pipeline, which goes on with other partitions: this one has no records
    /// before it ends.
    /// </summary>
    /// <param name="snapshots">Where they are.</param>
    /// <param name="low">The log's first offset.</param>
    /// <returns>The offset to read from: the log's first where there is no such snapshot.</returns>
    /// <exception cref="OperationCanceledException">The partition was dropped meanwhile.</exception>
    internal async Task<long> RestoreAsync(Snapshots snapshots, long low)
    {
        var header = stages.HeaderOf(claim.Partition.Partition, claim.NextOffset);
        var restored = await snapshots.RestoreAsync(header, low, () => stages.NewState(facts.Facts), _dropped.Token);
        if (restored is { } found)
        {
            (_state, _next) = found;
            _snapshotOffset = _next;
        }
        _isReady = true;
        return restored?.NextOffset ?? low;
    }

    /// <summary>The offset after the last record that the state has seen.</summary>
    internal long NextOffset => _next;

    /// <summary>How long ago the last snapshot was begun, or the partition came.</summary>
    internal TimeSpan SinceSnapshot => stages.Clock.GetElapsedTime(_snapshotBegan);

    /// <summary>Whether there is something new since the last snapshot.</summary>
    internal bool IsNewSinceSnapshot => _isReady && _next != _snapshotOffset;

    /// <summary>Begins a snapshot, where everything up to the next record is stored and there is something new since the last one.</summary>
    internal PartitionSnapshot? TryBeginSnapshot(ISnapshotStore store)
    {
        if (!IsNewSinceSnapshot || _next > _cursor) return null;
        (_snapshotOffset, _snapshotBegan) = (_next, stages.Clock.GetTimestamp());
        return new(_state, stages.HeaderOf(claim.Partition.Partition, _next), store, stages.Clock);
    }

    /// <summary>Whether a snapshot on its way is of the state that this partition has.</summary>
    internal bool HasBegun(PartitionSnapshot snapshot) => snapshot.IsOf(_state);

    /// <summary>The partition is no longer ours: a restore under way ends.</summary>
    public void Dispose() => _dropped.Cancel();

    /// <summary>Decodes a record and scores it; one below the cursor, or stamped before scoring begins, is only remembered.</summary>
    /// <param name="record">The partition's next.</param>
    /// <param name="stamp">Of <see cref="StampOf"/>, up to which the shared facts have been read.</param>
    /// <param name="times">Takes what each stage took.</param>
    /// <returns>What became of its transaction, to be published before the cursor passes it; null where nothing is to be said, or later.</returns>
    internal Score? Process(ConsumedRecord record, Instant stamp, StageTimes times)
    {
        _next = record.Offset + 1;
        bool emits = record.Offset >= claim.NextOffset;
        bool isTransaction = stages.Decoder.TryDecode(record, out Transaction transaction, out var rejection);
        times.Lap(ScoringStage.Decode);
        if (!isTransaction)
        {
            if (emits) _run.DeadLetters.Add(stages.DeadLetterOf(claim.Partition.Topic, record, rejection));
            return null;
        }
        var features = _state.Features.Next(transaction, stamp);
        var closed = _state.Features.TakeClosed(claim.Partition.Partition);
        if (emits) facts.Publish(closed, stamp); // else the cursor passed this record, and so they are published
        times.Lap(ScoringStage.Features);
        if (features is null)
        {
            _run.Repeated++;
            return emits ? ScoreOf(record, transaction, score: null, isAlert: false) with { Reason = ScoreReason.Repeated } : null;
        }
        Score? scored = emits && record.Stamp >= stages.ScoreFrom ? Score(record, transaction, features) : Observe(features);
        times.Lap(ScoringStage.Score);
        return scored;
    }

    Score? Observe(FeatureVector features)
    {
        _state.Scorer.Observe(features);
        _run.Observed++;
        return null;
    }

    Score? Score(in ConsumedRecord record, in Transaction transaction, FeatureVector features)
    {
        if (stages.Overload.Policy != OverloadPolicy.Off && stages.Overload.IsLate(record, stages.Clock)
            && Shed(record, transaction, features) is { } shed) return shed;
        if (_state.Scorer is not DeviceScorer device) return Scored(record, transaction, _state.Scorer.Score(features));
        ScoreLater(device, record, transaction, features);
        return null;
    }

    /// <summary>On its own, so that a score that comes at once allocates nothing for it.</summary>
    void ScoreLater(DeviceScorer device, ConsumedRecord record, Transaction transaction, FeatureVector features) =>
        device.Score(features, score => Post(Scored(record, transaction, score), record));

    Score Scored(in ConsumedRecord record, in Transaction transaction, FraudScore score)
    {
        _run.Appended.Add(record.AppendedAt);
        if (score.IsFallback) _run.Fallbacks++;
        bool isAlert = stages.Policy.IsAlert(score.Probability);
        if (isAlert) _run.Alerts.Add(AlertOf(record, transaction, score));
        return ScoreOf(record, transaction, score, isAlert);
    }

    /// <summary>
    /// Remembers the transaction as a score would, without the encoder's work; null where its features alone are an alert, which the encoder is to judge.
    /// </summary>
    Score? Shed(in ConsumedRecord record, in Transaction transaction, FeatureVector features)
    {
        FraudScore? judged = stages.Overload.Policy == OverloadPolicy.Features ? _state.Scorer.Judge(features) : null;
        if (judged is { } alone && stages.Policy.IsAlert(alone.Probability)) return null;
        _state.Scorer.Observe(features);
        if (judged is null) _run.Unscored++;
        else
        {
            _run.Appended.Add(record.AppendedAt);
            _run.Judged++;
        }
        return ScoreOf(record, transaction, judged, isAlert: false) with { Reason = ScoreReason.Overload };
    }

    /// <summary>Hands out what is pending, to be stored, and begins anew.</summary>
    internal PartitionBatch TakePending()
    {
        var use = _state.Scorer.CacheUse;
        (_run.CacheUse, _cacheUse) = (use - _cacheUse, use);
        (_storing, _run, _storingTo) = (_run, new(), _next);
        return new()
        {
            Claim = claim,
            Cursor = _cursor,
            NextOffset = _storingTo,
            Scored = _storing.Appended.Count,
            Alerts = _storing.Alerts,
            DeadLetters = _storing.DeadLetters,
        };
    }

    /// <summary>What was handed out last is in Postgres.</summary>
    /// <returns>What it was, for counting, and the offset after it.</returns>
    internal (ScoredRun Run, long NextOffset) TakeStored()
    {
        _cursor = _storingTo;
        return (_storing, _cursor);
    }

    Score ScoreOf(in ConsumedRecord record, in Transaction transaction, FraudScore? score, bool isAlert) => new()
    {
        TransactionId = transaction.TransactionId,
        CardToken = transaction.CardToken,
        Probability = score?.Probability,
        Score1000 = score?.Score1000,
        Decision = score is null ? Decision.Unscored : isAlert ? Decision.Alert : Decision.Pass,
        Reason = score is { IsFallback: true } ? ScoreReason.Fallback : ScoreReason.None,
        ModelVersion = stages.ModelVersion,
        Topic = stages.Topic,
        Partition = record.Partition,
        Offset = record.Offset,
    };

    Alert AlertOf(ConsumedRecord record, in Transaction transaction, FraudScore score) => new()
    {
        Partition = claim.Partition,
        Offset = record.Offset,
        TransactionId = transaction.TransactionId.ToString(),
        CardToken = transaction.CardToken.ToString(),
        EventTime = transaction.EventTime.ToDateTimeOffset(),
        Amount = transaction.Amount,
        Currency = transaction.Currency.ToString(),
        MerchantId = transaction.MerchantId.ToString(),
        Score = score.Probability,
        Score1000 = score.Score1000,
        Threshold = stages.Policy.Threshold,
        Reasons = _state.Scorer.Explain(),
        ModelVersion = stages.Model.Manifest.Hash,
        FeatureVersion = stages.Model.Manifest.Features.Version,
        PolicyVersion = AlertPolicy.Version,
        AppendedAt = record.AppendedAt.ToDateTimeOffset(),
        ScoredAt = stages.Clock.GetUtcNow(),
    };
}
