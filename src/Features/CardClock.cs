using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// A partition's clock, the newest event time so far, and by it which cards are idle. Idle cards are swept out now and then to bound memory; whether one
/// has been swept yet makes no difference, because its history begins anew in any case.
/// </summary>
/// <param name="idleAge">As <see cref="FeatureOptions.CardIdleAge"/>.</param>
sealed class CardClock(TimeSpan idleAge)
{
    const int SweepsPerIdleAge = 16; // A card's memory is held for a sixteenth longer than its history at most; a sweep looks at every card.

    readonly long _idleAge = idleAge.Ticks / TimeSpan.TicksPerMicrosecond;
    long _now = long.MinValue;
    long _swept = long.MinValue;

    /// <summary>Whether a card is idle at the clock's time.</summary>
    /// <param name="latest">Time of its latest transaction, in microseconds.</param>
    internal bool IsIdle(long latest) => _now - latest > _idleAge;

    /// <summary>Whether a card is idle once a transaction of this time comes.</summary>
    internal bool IsIdle(long latest, Instant next) => Math.Max(_now, next.Microseconds) - latest > _idleAge;

    /// <summary>Goes on to a transaction's time, where that is later.</summary>
    /// <returns>Whether idle cards are to be swept out now.</returns>
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
}
