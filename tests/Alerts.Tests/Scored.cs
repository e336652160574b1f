using Vigil.Model;
using Xunit;

namespace Vigil.Alerts.Tests;

/// <summary>
/// A log that needs no log: what record n of a partition becomes is a function of n alone, as scoring is. Every third is an alert,
/// every seventh cannot be read, the rest are scored and pass.
/// </summary>
static class Scored
{
    internal static readonly DateTimeOffset Epoch = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    internal static bool IsDeadLetter(long offset) => offset % 7 == 3;

    internal static bool IsAlert(long offset) => !IsDeadLetter(offset) && offset % 3 == 0;

    internal static Alert Alert(StreamPartition partition, long offset) => new()
    {
        Partition = partition,
        Offset = offset,
        TransactionId = $"t-{partition.Partition}-{offset}",
        CardToken = $"card-{offset % 10}",
        EventTime = Epoch.AddMicroseconds(offset),
        Amount = 1250 + offset,
        Currency = "EUR",
        MerchantId = "m-1",
        Score = 0.91,
        Score1000 = 910,
        Threshold = 0.5,
        Reasons = [new Reason("AMOUNT_RATIO", "amount against the card's mean", 8.5, 1), new Reason("TIME_DELTA", "since the card's last", 0.25, double.NaN)],
        ModelVersion = "sha256:test",
        FeatureVersion = "features/1",
        PolicyVersion = AlertPolicy.Version,
        AppendedAt = Epoch.AddSeconds(1),
        ScoredAt = Epoch.AddSeconds(2),
    };

    internal static DeadLetter DeadLetter(StreamPartition partition, long offset) => new()
    {
        Partition = partition,
        Offset = offset,
        ReasonCode = "malformed_json",
        Message = $"record {offset} is no JSON",
        Raw = new byte[] { 0, 0xFF, (byte)offset },
    };

    /// <summary>The batch of the records from the cursor to the next offset.</summary>
    internal static PartitionBatch Batch(PartitionClaim claim, long cursor, long nextOffset)
    {
        var offsets = Offsets(cursor, nextOffset);
        return new PartitionBatch
        {
            Claim = claim,
            Cursor = cursor,
            NextOffset = nextOffset,
            Scored = offsets.Count(offset => !IsDeadLetter(offset)),
            Alerts = [.. offsets.Where(IsAlert).Select(offset => Alert(claim.Partition, offset))],
            DeadLetters = [.. offsets.Where(IsDeadLetter).Select(offset => DeadLetter(claim.Partition, offset))],
        };
    }

    /// <summary>The tables hold exactly what the records below the end make, each once, and the cursor stands there.</summary>
    internal static async Task AssertStoredAsync(string connectionString, StreamPartition partition, long end)
    {
        string where = $"WHERE stream_id = '{partition.StreamId}' AND partition = {partition.Partition}";
        Assert.Equal(Offsets(0, end).Where(IsAlert),
            await Database.QueryAsync<long[]>(connectionString, $"SELECT ARRAY(SELECT record_offset FROM alert {where} ORDER BY record_offset)"));
        Assert.Equal(Offsets(0, end).Where(IsDeadLetter),
            await Database.QueryAsync<long[]>(connectionString, $"SELECT ARRAY(SELECT record_offset FROM dead_letter {where} ORDER BY record_offset)"));
        Assert.Equal([end, Offsets(0, end).Count(offset => !IsDeadLetter(offset)), Offsets(0, end).Count(IsAlert), Offsets(0, end).Count(IsDeadLetter)],
            await Database.QueryAsync<long[]>(connectionString, $"SELECT ARRAY[next_offset, scored, alerts, dead_letters] FROM partition_cursor {where}"));
    }

    internal static IEnumerable<long> Offsets(long start, long end)
    {
        for (long offset = start; offset < end; offset++) yield return offset;
    }
}
