using System.Diagnostics.Metrics;

namespace Vigil.Ingest;

/// <summary>The stage's metrics, by the meter named Vigil.Ingest.</summary>
public sealed class IngestTelemetry : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Vigil.Ingest";

    readonly Meter _meter;
    readonly Counter<long> _rejections;

    /// <summary>Metrics of a factory's meter.</summary>
    public IngestTelemetry(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _meter = meters.Create(MeterName);
        _rejections = _meter.CreateCounter<long>("fraud.ingest.rejections", "{record}", "Labels and merchant activity that could not be read, by reason");
    }

    /// <summary>Counts a shared fact that could not be read; a rejected transaction is a dead letter, and counted as one.</summary>
    public void Rejected(Rejection rejection) => _rejections.Add(1, new KeyValuePair<string, object?>("reason", rejection.Reason));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void ObserveLag(Func<IReadOnlyDictionary<int, long>> lag) => _meter.CreateObservableGauge(
        "fraud.ingest.lag",
        () => lag().Select(entry => new Measurement<long>(entry.Value, new KeyValuePair<string, object?>("partition", entry.Key))),
        "{record}",
        "Records in Kafka that are not stored yet, by partition");
}
