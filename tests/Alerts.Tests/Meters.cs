using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Vigil.Alerts.Tests;

/// <summary>A meter factory that sums what its counters count and counts what its histograms record.</summary>
sealed class Meters : IMeterFactory
{
    readonly MeterListener _listener = new();
    readonly List<Meter> _meters = [];

    internal Meters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == this) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        _listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => Sums.AddOrUpdate(instrument.Name, 1, (_, sum) => sum + 1));
        _listener.Start();
    }

    internal ConcurrentDictionary<string, long> Sums { get; } = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(new MeterOptions(options.Name) { Scope = this });
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.ForEach(meter => meter.Dispose());
    }
}
