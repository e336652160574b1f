using Npgsql;
using NpgsqlTypes;

namespace Vigil.Alerts;

/// <summary>
/// The one statement that writes batches. Per batch it is all or nothing: the cursor moves only where epoch and offset are the expected
/// ones, and rows go in only behind a cursor that moved.
/// </summary>
static class FlushStatement
{
    internal const string Sql = """
        WITH batch AS (
            SELECT * FROM unnest(@stream_ids, @topics, @partitions, @epochs, @cursors, @next_offsets, @scored, @alerts, @dead_letters)
                WITH ORDINALITY AS b (stream_id, topic, partition, epoch, cursor, next_offset, scored, alerts, dead_letters, batch)),
        moved AS (
            UPDATE partition_cursor AS c
               SET next_offset  = b.next_offset,
                   scored       = c.scored + b.scored,
                   alerts       = c.alerts + b.alerts,
                   dead_letters = c.dead_letters + b.dead_letters,
                   updated_at   = clock_timestamp()
              FROM batch AS b
             WHERE c.stream_id = b.stream_id AND c.topic = b.topic AND c.partition = b.partition
               AND c.epoch = b.epoch AND c.next_offset = b.cursor
            RETURNING b.batch, c.stream_id, c.topic, c.partition),
        raised AS (
            INSERT INTO alert (stream_id, topic, partition, record_offset, transaction_id, card_token, event_time, amount, currency, merchant_id,
                               score, score_1000, threshold, reasons, model_version, feature_version, policy_version, appended_at, scored_at)
            SELECT m.stream_id, m.topic, m.partition, a.record_offset, a.transaction_id, a.card_token, a.event_time, a.amount, a.currency,
                   a.merchant_id, a.score, a.score_1000, a.threshold, a.reasons, a.model_version, a.feature_version, a.policy_version,
                   a.appended_at, a.scored_at
              FROM moved AS m
              JOIN unnest(@a_batch, @a_offset, @a_transaction, @a_card, @a_event_time, @a_amount, @a_currency, @a_merchant, @a_score,
                          @a_score_1000, @a_threshold, @a_reasons, @a_model, @a_feature, @a_policy, @a_appended, @a_scored)
                   AS a (batch, record_offset, transaction_id, card_token, event_time, amount, currency, merchant_id, score,
                         score_1000, threshold, reasons, model_version, feature_version, policy_version, appended_at, scored_at)
                ON a.batch = m.batch
            ON CONFLICT (stream_id, topic, partition, record_offset) DO NOTHING
            RETURNING alert_id),
        buried AS (
            INSERT INTO dead_letter (stream_id, topic, partition, record_offset, reason_code, message, raw)
            SELECT m.stream_id, m.topic, m.partition, d.record_offset, d.reason_code, d.message, d.raw
              FROM moved AS m
              JOIN unnest(@d_batch, @d_offset, @d_reason, @d_message, @d_raw) AS d (batch, record_offset, reason_code, message, raw)
                ON d.batch = m.batch
            ON CONFLICT (stream_id, topic, partition, record_offset) DO NOTHING),
        told AS (
            SELECT pg_notify('vigil_alert', json_build_object('firstId', min(alert_id), 'lastId', max(alert_id))::text)
              FROM raised HAVING count(*) > 0)
        SELECT ARRAY(SELECT batch FROM moved), (SELECT count(*) FROM raised), (SELECT count(*) FROM told)
        """;

    /// <summary>What was written: the indexes of the batches whose cursor moved, and how many alerts went in behind them.</summary>
    internal readonly record struct Written(int[] Moved, long Alerts);

    /// <summary>Runs the statement. Only when this has returned is it committed; whenever it throws, that is not known.</summary>
    internal static async Task<Written> ExecuteAsync(
        NpgsqlConnection connection, IReadOnlyList<PartitionBatch> batches, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        AddBatches(command.Parameters, batches);
        AddAlerts(command.Parameters, Numbered(batches, batch => batch.Alerts));
        AddDeadLetters(command.Parameters, Numbered(batches, batch => batch.DeadLetters));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        long[] moved = await reader.GetFieldValueAsync<long[]>(0, cancellationToken);
        var written = new Written([.. moved.Select(number => (int)number - 1)], reader.GetInt64(1));
        // The rows come before the server commits: its last word, or its error, follows them.
        await reader.NextResultAsync(cancellationToken);
        return written;
    }

    static void AddBatches(NpgsqlParameterCollection parameters, IReadOnlyList<PartitionBatch> batches)
    {
        Add(parameters, "stream_ids", batches, batch => batch.Claim.Partition.StreamId);
        Add(parameters, "topics", batches, batch => batch.Claim.Partition.Topic);
        Add(parameters, "partitions", batches, batch => batch.Claim.Partition.Partition);
        Add(parameters, "epochs", batches, batch => batch.Claim.Epoch);
        Add(parameters, "cursors", batches, batch => batch.Cursor);
        Add(parameters, "next_offsets", batches, batch => batch.NextOffset);
        Add(parameters, "scored", batches, batch => batch.Scored);
        Add(parameters, "alerts", batches, batch => batch.Alerts.Count);
        Add(parameters, "dead_letters", batches, batch => batch.DeadLetters.Count);
    }

    static void AddAlerts(NpgsqlParameterCollection parameters, List<(long Batch, Alert Row)> alerts)
    {
        Add(parameters, "a_batch", alerts, alert => alert.Batch);
        Add(parameters, "a_offset", alerts, alert => alert.Row.Offset);
        Add(parameters, "a_transaction", alerts, alert => StorableText.From(alert.Row.TransactionId));
        Add(parameters, "a_card", alerts, alert => StorableText.From(alert.Row.CardToken));
        Add(parameters, "a_event_time", alerts, alert => alert.Row.EventTime.UtcDateTime);
        Add(parameters, "a_amount", alerts, alert => alert.Row.Amount);
        Add(parameters, "a_currency", alerts, alert => StorableText.From(alert.Row.Currency));
        Add(parameters, "a_merchant", alerts, alert => StorableText.From(alert.Row.MerchantId));
        Add(parameters, "a_score", alerts, alert => alert.Row.Score);
        Add(parameters, "a_score_1000", alerts, alert => checked((short)alert.Row.Score1000));
        Add(parameters, "a_threshold", alerts, alert => alert.Row.Threshold);
        Add(parameters, "a_reasons", alerts, alert => AlertReasons.ToJson(alert.Row.Reasons)).NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb;
        Add(parameters, "a_model", alerts, alert => alert.Row.ModelVersion);
        Add(parameters, "a_feature", alerts, alert => alert.Row.FeatureVersion);
        Add(parameters, "a_policy", alerts, alert => alert.Row.PolicyVersion);
        Add(parameters, "a_appended", alerts, alert => alert.Row.AppendedAt.UtcDateTime);
        Add(parameters, "a_scored", alerts, alert => alert.Row.ScoredAt.UtcDateTime);
    }

    static void AddDeadLetters(NpgsqlParameterCollection parameters, List<(long Batch, DeadLetter Row)> letters)
    {
        Add(parameters, "d_batch", letters, letter => letter.Batch);
        Add(parameters, "d_offset", letters, letter => letter.Row.Offset);
        Add(parameters, "d_reason", letters, letter => StorableText.From(letter.Row.ReasonCode));
        Add(parameters, "d_message", letters, letter => StorableText.From(letter.Row.Message));
        Add(parameters, "d_raw", letters, letter => letter.Row.Raw.ToArray());
    }

    /// <summary>The rows of all batches, each with its batch's number from 1, as WITH ORDINALITY counts.</summary>
    static List<(long Batch, T Row)> Numbered<T>(IReadOnlyList<PartitionBatch> batches, Func<PartitionBatch, IReadOnlyList<T>> rows) =>
        [.. batches.SelectMany((batch, index) => rows(batch).Select(row => (index + 1L, row)))];

    static NpgsqlParameter Add<TRow, TValue>(NpgsqlParameterCollection parameters, string name, IReadOnlyList<TRow> rows, Func<TRow, TValue> value) =>
        parameters.Add(new NpgsqlParameter<TValue[]>(name, [.. rows.Select(value)]));
}
