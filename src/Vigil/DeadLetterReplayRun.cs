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
    /// <param name="place">The dead letter's partition and offset.</param>
    /// <param name="request">Who asks for what.</param>
    /// <param name="corrected">The record to send; null for the original.</param>
    /// <param name="cancellationToken">Ends the waiting; a record on its way may then arrive, which the note shows as a replay without a place.</param>
    /// <returns>Where the new record is.</returns>
    /// <exception cref="UserError">There is no such dead letter, it was replayed before, the original is gone, or the record is still no transaction.</exception>
    internal async Task<(int Partition, long Offset)> RunAsync(
        (int Partition, long Offset) place, DeadLetterReplayRequest request, byte[]? corrected, CancellationToken cancellationToken)
    {
        var found = await _store.LatestAsync(new() { StreamId = streamId, Partition = place.Partition, Offset = place.Offset }, count: 1, cancellationToken);
        if (found.Count == 0)
            throw new UserError($"There is no dead letter at {place.Partition}:{place.Offset} of stream {streamId}. See: vigil dead-letters list");
        if (found[0].Replay is { } earlier && !request.Again)
            throw new UserError($"{place.Partition}:{place.Offset} {DeadLetterText.Describe(earlier)}. To do it once more: --again");

        var record = RecordToSend(place, corrected);
        if (await _store.BeginReplayAsync(found[0].Letter, request, cancellationToken) is not { } attempt)
            throw new UserError($"{place.Partition}:{place.Offset} is being replayed by somebody else at this moment.");
        long offset = await _records.ProduceAsync(record, cancellationToken);
        await _store.CompleteReplayAsync(found[0].Letter, attempt, (place.Partition, offset), CancellationToken.None);
        return (place.Partition, offset);
    }

    /// <summary>
    /// The record goes to the partition that its producer chose, where the card's other transactions are. Where stamps are the producers', it keeps the
    /// original's, so that a replay does not move the partition's time.
    /// </summary>
    ConsumedRecord RecordToSend((int Partition, long Offset) place, byte[]? corrected)
    {
        var original = _records.Find(place.Partition, place.Offset);
        if (original is null && corrected is null)
            throw new UserError($"Kafka no longer has the record {place.Partition}:{place.Offset}, and what is stored of it is masked. Give a corrected one: --record FILE");
        var now = Instant.From(clock.GetUtcNow());
        var record = new ConsumedRecord(
            place.Partition, place.Offset, original is { IsBrokerStamped: false } ? original.Record.Stamp : now, now, original?.Record.Key, corrected ?? original!.Record.Value);
        if (!_decoder.TryDecode(record, out Transaction transaction, out var rejection))
            throw new UserError($"{(corrected is null ? "The original" : "The given record")} is no transaction by today's rules: {rejection.Reason}: {rejection.Message}");
        return corrected is null ? record : record with { Key = transaction.CardToken.Span.ToArray() };
    }

    public void Dispose()
    {
        _records.Dispose();
        _decoder.Dispose();
        _store.DisposeAsync().AsTask().Wait();
    }
}
