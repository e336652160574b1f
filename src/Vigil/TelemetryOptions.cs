namespace Vigil;

/// <summary>Where metrics and traces are sent; Prometheus fetches the metrics without it.</summary>
public sealed class TelemetryOptions
{
    /// <summary>
    /// A collector of OpenTelemetry's protocol over HTTP, such as http://collector:4318. The default is none: nothing is sent, and no trace is made.
    /// Headers, sampling and intervals are set by OpenTelemetry's own environment variables (OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER, ...).
    /// </summary>
    public Uri? OtlpEndpoint { get; init; }
}
