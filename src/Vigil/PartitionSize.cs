namespace Vigil;

/// <summary>How much a partition's state holds.</summary>
/// <param name="Cards">Cards with a history.</param>
/// <param name="TokenBytes">What the encoder's caches can be rebuilt from.</param>
/// <param name="CacheBytes">The encoder's caches.</param>
readonly record struct PartitionSize(int Cards, long TokenBytes, long CacheBytes);
