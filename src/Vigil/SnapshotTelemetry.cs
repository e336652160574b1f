using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Vigil;

/// <summary>The metrics of snapshots, on the meter named <see cref="MeterName"/>.</summary>
sealed class SnapshotTelemetry
{
    internal const string MeterName = "Vigil.Snapshots";

    readonly Histogram<double> _duration;
    readonly Histogram<double> _restore;
    readonly Counter<long> _bytes;
    readonly Counter<long> _failed;
    readonly Counter<long> _refused;

    public SnapshotTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = [.01, .05, .1, .5, 1, 5, 10, 30, 60, 120, 300, 600] };
        _duration = meter.CreateHistogram("fraud.snapshots.duration", "s", "From the beginning of a snapshot to its being stored", advice: seconds);
        _restore = meter.CreateHistogram("fraud.snapshots.restore.duration", "s", "From opening a snapshot to a partition's state", advice: seconds);
        _bytes = meter.CreateCounter<long>("fraud.snapshots.stored", "By", "Bytes of snapshots stored");
        _failed = meter.CreateCounter<long>(
            "fraud.snapshots.failed", "{snapshot}", "Snapshots given up, by reason: store (it failed) or behind (it did not keep up)");
        _refused = meter.CreateCounter<long>("fraud.snapshots.refused", "{snapshot}", "Snapshots that could not be read when a partition was assigned");
    }

    internal void Stored(long bytes, TimeSpan duration)
    {
        _bytes.Add(bytes);
        _duration.Record(duration.TotalSeconds);
    }

    internal void Restored(TimeSpan duration) => _restore.Record(duration.TotalSeconds);

    internal void Failed(string reason) => _failed.Add(1, new TagList { { "reason", reason } });

    internal void Refused() => _refused.Add(1);
}
