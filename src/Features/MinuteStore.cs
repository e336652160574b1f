namespace Vigil.Features;

/// <summary>
/// The minutes of all of a partition's merchants and terminals, in one array that grows with their number and is used again: so a merchant that grows busy
/// costs no array of its own.
/// </summary>
sealed class MinuteStore
{
    const int None = -1, FirstLength = 64;

    Entry[] _entries = new Entry[FirstLength];
    int _used; // Places that were ever in use.
    int _free = None; // The first of the chain of free places, which their Newer links.

    /// <summary>A minute; valid until the next <see cref="Take"/>.</summary>
    internal ref Entry this[int at] => ref _entries[at];

    /// <summary>A place for a minute in which nothing has happened yet.</summary>
    internal int Take(long minute)
    {
        int taken = _free;
        if (taken != None) _free = _entries[taken].Newer;
        else
        {
            if (_used == _entries.Length) Array.Resize(ref _entries, _used * 2);
            taken = _used++;
        }
        _entries[taken] = new() { Minute = minute };
        return taken;
    }

    /// <summary>Gives a place back.</summary>
    /// <returns>The next newer minute of the same merchant or terminal; of the newest it means nothing.</returns>
    internal int Free(int at)
    {
        int newer = _entries[at].Newer;
        (_entries[at].Newer, _free) = (_free, at);
        return newer;
    }

    /// <summary>Asks for the memory of a place.</summary>
    internal void Prefetch(int at) => CacheLines.Prefetch(_entries.AsSpan(), at);

    internal struct Entry
    {
        internal long Minute;
        internal long Count;
        internal long AmountSum;

        /// <summary>The place of the same one's next minute, once there is one.</summary>
        internal int Newer;
    }
}
