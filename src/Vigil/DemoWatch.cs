using Vigil.Alerts;
using Vigil.Ingest;

namespace Vigil;

/// <summary>Looks at a running demo for its screen.</summary>
sealed class DemoWatch(IServiceProvider services, DemoProducer producer, AlertReader reader, TimeProvider clock)
{
    const int AlertsShown = 10;

    readonly ScoringProgress _progress = services.GetRequiredService<ScoringProgress>();
    readonly TransactionConsumer _consumer = services.GetRequiredService<TransactionConsumer>();
    readonly string _streamId = services.GetRequiredService<ScoringStages>().StreamId;
    (long At, long Scored) _last = (clock.GetTimestamp(), 0);
    double _perSecond;

    internal async Task<DemoView> LookAsync()
    {
        var counts = _progress.Counts;
        var latency = _progress.Latency(0.5, 0.99);
        var elapsed = clock.GetElapsedTime(_last.At);
        if (elapsed >= TimeSpan.FromMilliseconds(900))
        {
            _perSecond = (counts.Scored - _last.Scored) / elapsed.TotalSeconds;
            _last = (clock.GetTimestamp(), counts.Scored);
        }
        string phase = producer.IsLive ? "live" : FormattableString.Invariant($"replaying the weeks before, silently: {counts.Observed:N0} transactions");
        return new(phase, counts, _perSecond, latency[0], latency[1], _consumer.Lag.Values.Sum(), await reader.LatestAsync(_streamId, AlertsShown));
    }
}
