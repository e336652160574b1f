using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Vigil.Alerts;

/// <summary>
/// How Postgres is tried: without end while the failure is transient, each attempt within a time, with growing pauses, and with a circuit
/// breaker that spares a struggling server the attempts of all partitions at once.
/// </summary>
sealed class DatabaseResilience(AlertsOptions options, AlertsTelemetry telemetry, TimeProvider time, ILogger logger)
{
    readonly ResiliencePipeline _pipeline = Build(options, telemetry, time);
    readonly Lock _state = new();
    long? _awaySince;

    /// <summary>Runs the attempt until it succeeds, fails for good, or the token is cancelled.</summary>
    internal async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        var result = await _pipeline.ExecuteAsync(async token =>
        {
            try
            {
                return await attempt(token);
            }
            catch (Exception exception) when (TransientFaults.Contains(exception))
            {
                NoteAway(exception);
                throw;
            }
        }, cancellationToken);
        NoteBack();
        return result;
    }

    static ResiliencePipeline Build(AlertsOptions options, AlertsTelemetry telemetry, TimeProvider time)
    {
        var transient = new PredicateBuilder().Handle<Exception>(TransientFaults.Contains);
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = transient,
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                OnRetry = _ =>
                {
                    telemetry.Retrying();
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = transient,
                FailureRatio = 0.5,
                MinimumThroughput = 4,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = options.CircuitBreak,
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.AttemptTimeout })
            .Build();
    }

    void NoteAway(Exception exception)
    {
        lock (_state)
        {
            if (_awaySince is not null) return;
            _awaySince = time.GetTimestamp();
        }
        Log.Away(logger, exception.Message);
    }

    void NoteBack()
    {
        TimeSpan duration;
        lock (_state)
        {
            if (_awaySince is not { } since) return;
            duration = time.GetElapsedTime(since);
            _awaySince = null;
        }
        Log.Back(logger, duration);
    }
}
