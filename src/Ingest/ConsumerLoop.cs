using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Vigil.Ingest;

/// <summary>The body of <see cref="TransactionConsumer"/>'s thread. Everything here, the client's callbacks too, runs on that thread.</summary>
sealed class ConsumerLoop : IDisposable
{
    static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan PauseAfter = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan MarksTimeout = TimeSpan.FromSeconds(2);

    readonly IngestOptions _options;
    readonly ILogger _logger;
    readonly ChannelWriter<ConsumerEvent> _events;
    /// <summary>Partitions that the pipeline has lost to another's claim.</summary>
    readonly ConcurrentQueue<PartitionAssigned> _fenced;
    readonly OffsetReporter _reporter;
    readonly IConsumer<byte[], byte[]> _consumer;
    readonly Dictionary<int, OwnedPartition> _owned = [];
    /// <summary>Events that the full channel has not taken yet.</summary>
    readonly Queue<ConsumerEvent> _outbox = [];
    /// <summary>Whether the pipeline has left no room for so long that partitions are paused.</summary>
    bool _resting;
    /// <summary>When the first record of the round was read.</summary>
    long _readAt;

    internal ConsumerLoop(
        IngestOptions options, ILogger logger, ChannelWriter<ConsumerEvent> events,
        (ConcurrentDictionary<int, long> Stored, ConcurrentDictionary<int, long> Lag, ConcurrentQueue<PartitionAssigned> Fenced) pipeline)
    {
        (_options, _logger, _events, _fenced) = (options, logger, events, pipeline.Fenced);
        var config = KafkaSettings.Consumer(options, options.Group);
        config.ConsumeResultFields = "headers,timestamp"; // not the topic's name, a string for every record
        _consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, entry) => Log.Client(logger, entry.Facility, entry.Message))
            .SetErrorHandler((_, error) => Log.ClientError(logger, error.Code.ToString(), error.Reason))
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => OnRevoked(partitions))
            .SetPartitionsLostHandler((_, partitions) => OnLost(partitions))
            .Build();
        _reporter = new OffsetReporter(options, logger, _consumer, (pipeline.Stored, pipeline.Lag));
    }

    internal void Run(CancellationToken stop)
    {
        _consumer.Subscribe(_options.TransactionsTopic);
        Log.Subscribed(_logger, _options.TransactionsTopic, _options.Group);
        while (!stop.IsCancellationRequested)
        {
            AwaitRoom();
            Renew();
            Announce();
            StartClaimed();
            SetFlow();
            Read();
            Emit();
            _reporter.Report(_owned.Values);
        }
        _consumer.Close(); // raises OnRevoked
        Pump();
    }

    public void Dispose()
    {
        _reporter.Dispose();
        _consumer.Dispose();
    }

    /// <summary>
    /// Waits a little for a full channel. Only a pipeline that stands still longer pauses the partitions, because a pause throws away what the client has
    /// fetched ahead.
    /// </summary>
    void AwaitRoom()
    {
        for (long started = Stopwatch.GetTimestamp(); !_resting && _outbox.Count > 0; Pump())
        {
            _resting = Stopwatch.GetElapsedTime(started) > PauseAfter;
            Thread.Sleep(1);
        }
        _resting &= _outbox.Count > 0;
    }

    void Read()
    {
        bool waiting = _outbox.Count > 0 || _owned.Values.Any(partition => !partition.IsLive);
        var patience = waiting ? Brief : Idle;
        for (int count = 0; count < _options.BatchSize; count++)
        {
            var result = Consume(patience);
            if (result is null) return;
            if (count == 0) _readAt = Stopwatch.GetTimestamp();
            patience = TimeSpan.Zero;
            // A partition that is not live was paused a moment too late: its start is set by seeking, and these records are read again.
            if (_owned.TryGetValue(result.Partition.Value, out var partition) && partition.IsLive) partition.Batch.Add(RecordOf(result));
        }
    }

    ConsumeResult<byte[], byte[]>? Consume(TimeSpan patience)
    {
        try
        {
            return _consumer.Consume(patience);
        }
        catch (ConsumeException error) when (error.Error.Code == ErrorCode.Local_AutoOffsetReset)
        {
            throw new OffsetGoneException(
                $"Partition {error.ConsumerRecord?.Partition.Value} of {_options.TransactionsTopic} no longer has the offset to go on from: "
                + "retention passed it, or the topic was made anew. "
                + "Its records are lost to this stream; move the partition's cursor knowingly, and lengthen the topic's retention.", error);
        }
        catch (ConsumeException error) when (!error.Error.IsFatal)
        {
            Log.ClientError(_logger, error.Error.Code.ToString(), error.Error.Reason);
            return null;
        }
    }

    internal static ConsumedRecord RecordOf(ConsumeResult<byte[], byte[]> result)
    {
        var message = result.Message;
        var stamp = new Instant(message.Timestamp.UnixTimestampMs * 1000);
        var appended = message.Headers is { Count: > 0 } headers && headers.TryGetLastBytes(TransactionProducer.AppendedAtHeader, out byte[] text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) ? new Instant(microseconds) : stamp;
        return new ConsumedRecord(result.Partition.Value, result.Offset.Value, stamp, appended, message.Key, message.Value)
        {
            TraceParent = message.Headers is { Count: > 0 } traced && traced.TryGetLastBytes(ConsumedRecord.TraceParentHeader, out byte[] parent)
                ? parent
                : null,
        };
    }

    void Emit()
    {
        foreach (var partition in _owned.Values.Where(partition => partition.Batch.Count > 0))
        {
            _outbox.Enqueue(new PartitionRecords(partition.Number, partition.Batch) { ReadAt = _readAt });
            _reporter.Read(partition.Number, partition.Batch[^1].Offset + 1);
            partition.Batch = [];
        }
        Pump();
    }

    void Pump()
    {
        while (_outbox.TryPeek(out var next) && _events.TryWrite(next)) _outbox.Dequeue();
    }

    /// <summary>Begins anew with partitions that somebody else has claimed although the group still says that they are this member's.</summary>
    void Renew()
    {
        while (_fenced.TryDequeue(out var fenced))
        {
            if (!_owned.TryGetValue(fenced.Partition, out var partition) || partition.Start != fenced.Start) continue;
            _owned[partition.Number] = new OwnedPartition(partition.Number) { IsPaused = partition.IsPaused };
            Log.Renewed(_logger, partition.Number);
        }
    }

    /// <summary>Tells the pipeline of new partitions, as soon as the broker tells how far they reach.</summary>
    void Announce()
    {
        foreach (var partition in _owned.Values.Where(partition => partition.Low is null))
        {
            if (AskMarks(partition.Number) is not { } marks) return;
            partition.Low = marks.Low.Value;
            _outbox.Enqueue(new PartitionAssigned(partition.Number, marks.Low.Value, marks.High.Value, partition.Start));
            Log.Assigned(_logger, partition.Number, marks.Low.Value, marks.High.Value);
        }
        Pump();
    }

    /// <returns>Null while the broker is away: the next round asks again.</returns>
    WatermarkOffsets? AskMarks(int partition)
    {
        try
        {
            return _consumer.QueryWatermarkOffsets(new TopicPartition(_options.TransactionsTopic, partition), MarksTimeout);
        }
        catch (KafkaException error) when (!error.Error.IsFatal)
        {
            Log.ClientError(_logger, error.Error.Code.ToString(), error.Error.Reason);
            return null;
        }
    }

    /// <summary>Moves partitions to the offset that the pipeline has claimed meanwhile.</summary>
    void StartClaimed()
    {
        foreach (var partition in _owned.Values.Where(partition => partition is { IsLive: false, IsPaused: true, Start.Task.IsCompleted: true }))
        {
            long start = partition.Start.Task.GetAwaiter().GetResult(); // the pipeline's failure to claim ends this thread
            var place = new TopicPartition(_options.TransactionsTopic, partition.Number);
            if (AskMarks(partition.Number) is not { High.Value: var high }) return;
            if (start < partition.Low || start > high)
                throw new OffsetGoneException(
                    $"Partition {partition.Number} of {_options.TransactionsTopic} is to go on at offset {start}, "
                    + $"but the broker has {partition.Low} to {high}: retention passed the cursor, or the topic was made anew. "
                    + "Move the partition's cursor knowingly, and lengthen the topic's retention.");
            if (!TrySeek(new TopicPartitionOffset(place, start))) continue;
            partition.IsLive = true;
            _reporter.Read(partition.Number, start);
            Log.Started(_logger, partition.Number, start);
        }
    }

    bool TrySeek(TopicPartitionOffset place)
    {
        try
        {
            _consumer.Seek(place);
            return true;
        }
        catch (KafkaException error) when (error.Error.Code is ErrorCode.Local_State or ErrorCode.Local_InProgress)
        {
            return false; // the assignment has not reached the fetcher yet: next round
        }
    }

    /// <summary>Partitions flow while they are live and the pipeline keeps up.</summary>
    void SetFlow()
    {
        foreach (var partition in _owned.Values)
        {
            bool pause = !partition.IsLive || _resting;
            if (pause == partition.IsPaused) continue;
            TopicPartition[] place = [new(_options.TransactionsTopic, partition.Number)];
            if (pause) _consumer.Pause(place);
            else _consumer.Resume(place);
            partition.IsPaused = pause;
        }
    }

    List<TopicPartitionOffset> OnAssigned(List<TopicPartition> partitions)
    {
        var places = new List<TopicPartitionOffset>();
        foreach (var place in partitions)
        {
            _owned[place.Partition.Value] = new OwnedPartition(place.Partition.Value);
            places.Add(new(place, Offset.End)); // where nothing is fetched until the pipeline says where to start
        }
        return places;
    }

    void OnRevoked(List<TopicPartitionOffset> partitions)
    {
        long started = Stopwatch.GetTimestamp();
        var drained = new List<Task>();
        foreach (var place in partitions)
        {
            if (!TryRemove(place.Partition.Value)) continue;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            drained.Add(done.Task);
            _outbox.Enqueue(new PartitionRevoked(place.Partition.Value, done, started));
            Log.Revoked(_logger, place.Partition.Value);
        }
        while (Stopwatch.GetElapsedTime(started) < _options.DrainTimeout)
        {
            Pump();
            if (Task.WaitAll([.. drained], Brief)) break;
        }
        if (!drained.TrueForAll(task => task.IsCompleted)) Log.NotDrained(_logger, _options.DrainTimeout);
        _reporter.CommitAndForget(partitions.Select(place => place.Partition.Value));
    }

    /// <summary>The pipeline may not have come to the partition's assignment yet: it is not to claim it any more, which would fence the next owner.</summary>
    bool TryRemove(int number)
    {
        if (!_owned.Remove(number, out var partition)) return false;
        partition.Start.TrySetCanceled();
        return true;
    }

    void OnLost(List<TopicPartitionOffset> partitions)
    {
        foreach (var place in partitions)
        {
            if (!TryRemove(place.Partition.Value)) continue;
            _outbox.Enqueue(new PartitionLost(place.Partition.Value));
            _reporter.Forget(place.Partition.Value);
            Log.Lost(_logger, place.Partition.Value);
        }
        Pump();
    }
}
