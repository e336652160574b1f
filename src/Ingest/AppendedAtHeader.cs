using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Vigil.Ingest;

/// <summary>
/// The header by which a producer of simulated time says when it really sent a record, for latency only: the record's own stamp is then the simulation's.
/// Its value is the microseconds since the Unix epoch in ASCII digits.
/// </summary>
static class AppendedAtHeader
{
    const string Name = "appended-at";

    internal static Headers Of(Instant sent) => new() { { Name, Encoding.ASCII.GetBytes(sent.Microseconds.ToString(CultureInfo.InvariantCulture)) } };

    /// <summary>The header's time; the record's stamp where there is no header, or none that can be read.</summary>
    internal static Instant Read(Headers? headers, Instant stamp) =>
        headers is not null && headers.TryGetLastBytes(Name, out byte[] digits)
        && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            ? new(microseconds)
            : stamp;
}
