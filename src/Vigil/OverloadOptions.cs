using System.ComponentModel.DataAnnotations;
using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// What becomes of transactions that come to the scorer late. Off by default, for it breaks the rule that a score is a function of the log: whether a
/// transaction is late is the clock's word. Its score says so (<see cref="ScoreReason.Overload"/>), and the next scores do not depend on it.
/// </summary>
public sealed class OverloadOptions
{
    /// <summary>What is done with a late transaction. The default is <see cref="OverloadPolicy.Off"/>.</summary>
    [EnumDataType(typeof(OverloadPolicy))]
    public OverloadPolicy Policy { get; init; }

    /// <summary>
    /// How long after its append to Kafka a transaction is late when its turn to be scored comes. The default is 1 second; 10 milliseconds to 1 day. Stamps
    /// must be the real time, as LogAppendTime's are.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan Lag { get; init; } = TimeSpan.FromSeconds(1);

    internal bool IsLate(in ConsumedRecord record, TimeProvider clock) => Instant.From(clock.GetUtcNow()) - record.AppendedAt > Lag;
}

/// <summary>What is done with a transaction that comes late.</summary>
public enum OverloadPolicy
{
    /// <summary>It is scored like any other, however late.</summary>
    Off,

    /// <summary>Its features alone are judged; only where they alone are an alert the encoder judges it too.</summary>
    Features,

    /// <summary>It is remembered and left unscored.</summary>
    Unscored,
}
