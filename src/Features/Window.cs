using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>A span of time that ends now, as feature names spell it.</summary>
/// <param name="Name">Such as 100ms, 1min, 7d.</param>
/// <param name="Length">A moment t lies in the window where now - Length &lt; t &lt;= now.</param>
public sealed record Window(string Name, TimeSpan Length)
{
    internal long Microseconds => Length.Ticks / TimeSpan.TicksPerMicrosecond;

    internal static double Seconds(long microseconds) => microseconds / (double)Instant.PerSecond;
}
