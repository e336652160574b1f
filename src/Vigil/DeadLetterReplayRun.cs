using Vigil.Alerts;
using Vigil.Ingest;

namespace Vigil;

/// <summary>Puts dead letters of one stream back into its topic.</summary>
sealed class DeadLetterReplayRun(ServiceOptions options, string streamId, TimeProvider clock) : IDisposable
{
    readonly DeadLetterStore _store = new(options.Alerts);
    readonly RecordDecoder _decoder = new(options.Kafka);
    readonly RecordReplay _records = new(options.Kafka, clock);

    /// <summary>Sends the record and keeps who did it; the note is begun before the record is sent, so that it cannot be sent twice unnoticed.</summary>
    /// <param name="place">The dead letter's.</param>
    /// <param name="request">Who asks for what.</param>
    /// <param name="corrected">The record to send; null for the original.</param>
    /// <param name="cancellationToken">Ends the waiting; a record on its way may then arrive, which the note shows as a replay without a place.</param>
    /// <returns>Where the new record is.</returns>
    /// <exception cref="UserError">
    /// There is no such dead letter, it was replayed before, the original is gone, or the record is still no transaction.
    /// </exception>
    internal async Task<(int Partition, long Offset)> RunAsync(
        DeadLetterPlace place, DeadLetterReplayRequest request, byte[]? corrected, CancellationToken cancellationToken)
    {
        var found = await _store.LatestAsync(place.Filter(streamId), count: 2, cancellationToken);
        if (found.Count == 0) throw new UserError($"There is no dead letter at {place} of stream {streamId}. See: vigil dead-letters list");
        if (found.Count > 1) throw new UserError($"Several topics have a dead letter at {place}. Say which: --topic {found[0].Letter.Partition.Topic}");
        if (found[0].Replay is { } earlier && !request.Again)
            throw new UserError($"{place} {DeadLetterText.Describe(earlier)}. To do it once more: --again");

        string topic = found[0].Letter.Partition.Topic;
        var record = RecordToSend(topic, place, corrected);
        if (await _store.BeginReplayAsync(found[0].Letter, request, cancellationToken) is not { } attempt)
            throw new UserError($"{place} is being replayed by somebody else at this moment.");
        long offset = await _records.ProduceAsync(topic, record, cancellationToken);
        await _store.CompleteReplayAsync(found[0].Letter, attempt, (place.Partition, offset), CancellationToken.None);
        return (place.Partition, offset);
    }

    /// <summary>
    /// The record goes to the partition that its producer chose, where the card's other transactions are. Where stamps are the producers', it keeps the
    /// original's, so that a replay does not move the partition's time.
    /// </summary>
    ConsumedRecord RecordToSend(string topic, DeadLetterPlace place, byte[]? corrected)
    {
        if (topic == options.Kafka.ActivityTopic)
            throw new UserError($"{place} of {topic} is what Vigil itself has counted, or a stranger's; it is not put back.");
        var original = _records.Find(topic, place.Partition, place.Offset);
        if (original is null && corrected is null)
            throw new UserError($"Kafka no longer has the record {place}, and what is stored of it is masked. Give a corrected one: --record FILE");
        var now = Instant.From(clock.GetUtcNow());
        var record = new ConsumedRecord(
            place.Partition,
            place.Offset,
            original is { IsBrokerStamped: false } ? original.Record.Stamp : now,
            now,
            original?.Record.Key,
            corrected ?? original!.Record.Value);
        byte[] card = CardOf(topic, record, corrected is null ? "The original" : "The given record");
        return corrected is null ? record : record with { Key = card };
    }

    byte[] CardOf(string topic, in ConsumedRecord record, string which)
    {
        Rejection rejection;
        if (topic == options.Kafka.LabelsTopic)
        {
            if (_decoder.TryDecode(record, out Label label, out rejection)) return label.CardToken.Span.ToArray();
            throw new UserError($"{which} is no label by today's rules: {rejection.Reason}: {rejection.Message}");
        }
        if (_decoder.TryDecode(record, out Transaction transaction, out rejection)) return transaction.CardToken.Span.ToArray();
        throw new UserError($"{which} is no transaction by today's rules: {rejection.Reason}: {rejection.Message}");
    }

    public void Dispose()
    {
        _records.Dispose();
        _decoder.Dispose();
        _store.DisposeAsync().AsTask().Wait();
    }
}
