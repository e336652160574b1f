using System.Threading.RateLimiting;

namespace Vigil.Api;

/// <summary>
/// How many transactions each caller may ask for: a bucket of one second's worth, filled ten times a second or, where that is no whole one, less often.
/// </summary>
sealed class ApiRates(ApiOptions options) : IDisposable
{
    const int Fillings = 10;

    static readonly TimeSpan s_otherwise = TimeSpan.FromSeconds(1);

    readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetTokenBucketLimiter(
        caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.TransactionsPerSecond,
            TokensPerPeriod = Filling(options),
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)Filling(options) / options.TransactionsPerSecond),
        }));

    /// <summary>Whether the caller may have so many transactions scored now; if not, when to ask again.</summary>
    internal bool TryTake(string caller, int transactions, out TimeSpan retryAfter)
    {
        using var lease = _limiter.AttemptAcquire(caller, transactions);
        retryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : s_otherwise;
        return lease.IsAcquired;
    }

    static int Filling(ApiOptions options) => (options.TransactionsPerSecond + Fillings - 1) / Fillings;

    public void Dispose() => _limiter.Dispose();
}
