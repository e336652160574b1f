using System.IO.Hashing;

namespace Vigil.Ingest;

/// <summary>
/// Which partition a card's records lie in where <see cref="TransactionProducer"/> or any other client of librdkafka wrote them, keyed by card token, under
/// that library's default <c>partitioner=consistent_random</c> (its CONFIGURATION.md). Java's default is murmur2_random: other numbers, the same promise.
/// </summary>
public static class CardPartitioner
{
    /// <summary>The key's CRC-32 modulo the number of partitions.</summary>
    /// <param name="cardToken">The records' key; not empty, because records without a key are spread at random.</param>
    /// <param name="partitions">Of the topic, at least 1.</param>
    /// <returns>From 0 to <paramref name="partitions"/> - 1.</returns>
    public static int PartitionOf(Utf8Text cardToken, int partitions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        return (int)(Crc32.HashToUInt32(cardToken.Span) % (uint)partitions);
    }
}
