using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// A partition's clock, the newest event time so far, and by it which cards are idle. Now and then a sweep over all cards begins, to bound memory; whether an
/// idle one has been swept out yet makes no difference: its history begins anew in any case, and no snapshot holds it.
/// </summary>
/// <param name="idleAge">As <see cref="FeatureOptions.CardIdleAge"/>.</param>
sealed class CardClock(TimeSpan idleAge)
{
    const int SweepsPerIdleAge = 16; // So a card is looked at again a sixteenth of its age later, and what a sweep takes.

    readonly long _idleAge = idleAge.Ticks / TimeSpan.TicksPerMicrosecond;
    long _now = long.MinValue;
    long _swept = long.MinValue; // When the last sweep began.

    /// <summary>A card is idle whose latest transaction was before this time, in microseconds.</summary>
    internal long IdleBefore => Before(_now);

    /// <summary>Whether a card is idle at the clock's time.</summary>
    /// <param name="latest">Time of its latest transaction, in microseconds.</param>
    internal bool IsIdle(long latest) => latest < IdleBefore;

    /// <summary>Whether a card is idle once a transaction of this time comes.</summary>
    internal bool IsIdle(long latest, Instant next) => latest < Before(Math.Max(_now, next.Microseconds));

    /// <summary>Goes on to a transaction's time, where that is later.</summary>
    /// <returns>Whether a sweep is to begin. It does not depend on how far the last one is, which a snapshot does not hold.</returns>
    internal bool Advance(long time)
    {
        _now = Math.Max(_now, time);
        if (_swept == long.MinValue) _swept = _now;
        if (_now - _swept < _idleAge / SweepsPerIdleAge) return false;
        _swept = _now;
        return true;
    }

    internal void Save(StateWriter writer)
    {
        writer.Write(_now);
        writer.Write(_swept);
    }

    /// <summary>Reads what <see cref="Save"/> has written.</summary>
    internal void Restore(StateReader reader)
    {
        _now = reader.Read<long>();
        _swept = reader.Read<long>();
    }

    long Before(long now) => Math.Max(now, long.MinValue + _idleAge) - _idleAge;
}
