namespace Vigil.Features;

/// <summary>
/// The minutes of all of a partition's merchants and terminals, side by side and used again: so a merchant that grows busy costs no array of its own.
/// </summary>
sealed class MinuteStore
{
    const int None = -1;

    Chunks<Entry> _entries = new();
    int _free = None; // The first of the chain of free places, which their Newer links.

    /// <summary>A minute; valid until it is given back.</summary>
    internal ref Entry this[int at] => ref _entries[at];

    /// <summary>A place for a minute in which nothing has happened yet.</summary>
    internal int Take(long minute)
    {
        int taken = _free;
        if (taken == None) taken = _entries.Add();
        else _free = this[taken].Newer;
        this[taken] = new() { Minute = minute };
        return taken;
    }

    /// <summary>Gives a place back.</summary>
    /// <returns>The next newer minute of the same merchant or terminal; of the newest it means nothing.</returns>
    internal int Free(int at)
    {
        int newer = this[at].Newer;
        (this[at].Newer, _free) = (_free, at);
        return newer;
    }

    /// <summary>Asks for the memory of a place.</summary>
    internal void Prefetch(int at) => CacheLines.Prefetch(ref _entries.Peek(at));

    internal struct Entry
    {
        internal long Minute;
        internal long Count;
        internal long AmountSum;

        /// <summary>The place of the same one's next minute, once there is one.</summary>
        internal int Newer;
    }
}
