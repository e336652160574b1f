using System.Runtime.CompilerServices;

namespace Vigil.Features;

/// <summary>
/// States of one partition by the hash of what they are of: a card's token, a merchant's id. A state stays where it is until it is removed, whatever comes and
/// goes beside it; a place is used again. No single call takes longer for there being more states, but for <see cref="RemoveWhere"/>. One thread at a time.
/// </summary>
/// <remarks>
/// The table grows by a bucket at a time, whose states are taken from one other bucket: linear hashing (Litwin, VLDB 1980).
///
/// All states can be copied as of one moment while they go on changing (<see cref="BeginCopy"/>): every slot knows the copy that it was last taken into, and
/// what is about to change or to go, and was not taken yet, is taken first. So a copy costs one state at a time and never a second whole store.
/// </remarks>
/// <typeparam name="TState">What is kept of each. A new one starts with its default.</typeparam>
public sealed class StateStore<TState>
{
    const int None = -1, FirstFree = -3;
    const int BucketsPerState = 2;
    const int MostPassed = 1_024;

    Chunks<Slot> _slots = new(); // All that were ever in use.
    Chunks<int> _buckets = new(); // The first slot of a bucket's chain.
    int _mask; // Of the bits that tell buckets apart: the least 2^n - 1 from the last bucket's number on.
    int _free = None; // The first of the chain of slots whose state was removed.
    int _hand; // The next slot that a sweep looks at.
    int _toSweep; // Slots that the sweep under way has still to look at.
    int _copy; // The number of the last copy begun: slots that bear it are in that copy, or newer than it.
    int _copied; // Slots that the copy under way has passed.
    Action<UInt128, TState>? _take; // Null where no copy is under way.

    /// <summary>Nothing is held yet.</summary>
    public StateStore() => _buckets.Add(None);

    /// <summary>States held.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// A state, to be read or changed in place. Whatever changes goes through here first, and changes nowhere else. Allocates for new ones only.
    /// </summary>
    /// <param name="key">Hash of what it is of.</param>
    /// <returns>Valid until it is removed; the default where it is new.</returns>
    public ref TState? Open(UInt128 key)
    {
        ref var slot = ref Find(key);
        if (Unsafe.IsNullRef(ref slot)) return ref Add(key).State;
        if (slot.Copy != _copy) Take(ref slot);
        return ref slot.State;
    }

    /// <summary>A state as it is, to look at; the default where there is none.</summary>
    internal TState? Look(UInt128 key)
    {
        ref var slot = ref Find(key);
        return Unsafe.IsNullRef(ref slot) ? default : slot.State;
    }

    /// <summary>Asks for the memory that a search begins with, so that it comes while other work is done.</summary>
    internal void Prefetch(UInt128 key) => _buckets.Prefetch(Bucket(key));

    /// <summary>Forgets a state.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(UInt128 key) => Remove(key, out _);

    /// <summary>Forgets a state.</summary>
    /// <param name="key">Hash of what it is of.</param>
    /// <param name="state">What there was; the default where there was none.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(UInt128 key, out TState? state)
    {
        state = default;
        ref int link = ref _buckets[Bucket(key)];
        while (link != None)
        {
            ref var slot = ref _slots[link];
            if (slot.Key == key)
            {
                if (slot.Copy != _copy) Take(ref slot);
                int removed = link;
                state = slot.State;
                link = slot.Next;
                slot = new() { NextFree = _free };
                _free = removed;
                Count--;
                return true;
            }
            link = ref slot.Next;
        }
        return false;
    }

    /// <summary>Forgets every state that is past.</summary>
    /// <param name="isPast">Asked once per state.</param>
    /// <param name="removed">Told of each, once it is forgotten.</param>
    public void RemoveWhere(Predicate<TState> isPast, Action<UInt128, TState> removed)
    {
        ArgumentNullException.ThrowIfNull(isPast);
        ArgumentNullException.ThrowIfNull(removed);
        for (int at = 0; at < _slots.Count; at++) RemoveAt(at, isPast, removed);
    }

    /// <summary>
    /// Begins to sweep: every state held now will be looked at. A sweep under way goes on where it is, and once more round.
    /// </summary>
    public void BeginSweep() => _toSweep = _slots.Count;

    /// <summary>Goes on with the sweep under way: forgets those of the next few states that are past.</summary>
    /// <param name="few">So many places are looked at, at most.</param>
    /// <param name="isPast">Asked once per state.</param>
    /// <param name="removed">Told of each, once it is forgotten.</param>
    public void SweepNext(int few, Predicate<TState> isPast, Action<UInt128, TState> removed)
    {
        ArgumentNullException.ThrowIfNull(isPast);
        ArgumentNullException.ThrowIfNull(removed);
        for (int looks = Math.Min(few, _toSweep); looks > 0; looks--)
        {
            _toSweep--;
            if (_hand == _slots.Count) _hand = 0;
            RemoveAt(_hand++, isPast, removed);
        }
    }

    /// <summary>Begins to copy all states as they are now; a copy that was under way ends unfinished.</summary>
    /// <param name="take">Copies what it wants of each, once, on the thread that uses the store: soon, or just before the state changes.</param>
    public void BeginCopy(Action<UInt128, TState> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        (_take, _copied) = (take, 0);
        _copy++;
    }

    /// <summary>
    /// Takes at most one more state into the copy under way, and passes at most 1,024: where most were taken because they changed, looking for one that was not
    /// could take as long as looking at them all.
    /// </summary>
    /// <returns>False once the copy is whole, or where none is under way.</returns>
    public bool CopyNext()
    {
        if (_take is null) return false;
        for (int end = Math.Min(_slots.Count, _copied + MostPassed); _copied < end;)
        {
            ref var slot = ref _slots[_copied++];
            if (slot.IsFree || slot.Copy == _copy) continue;
            Take(ref slot);
            return true;
        }
        if (_copied < _slots.Count) return true;
        EndCopy();
        return false;
    }

    /// <summary>Ends the copy under way, finished or not.</summary>
    public void EndCopy() => _take = null;

    void Take(ref Slot slot)
    {
        slot.Copy = _copy;
        _take?.Invoke(slot.Key, slot.State!);
    }

    void RemoveAt(int at, Predicate<TState> isPast, Action<UInt128, TState> removed)
    {
        ref var slot = ref _slots[at];
        if (slot.IsFree || !isPast(slot.State!)) return;
        UInt128 key = slot.Key;
        Remove(key, out var state);
        removed(key, state!);
    }

    /// <summary>A key's bucket: by one bit less where that bucket has not been split yet. The key is a hash already: its low bits are as good as any.</summary>
    int Bucket(UInt128 key)
    {
        int bucket = (int)key & _mask;
        return bucket < _buckets.Count ? bucket : bucket & (_mask >> 1);
    }

    /// <summary>The slot of a key; no reference where it has none.</summary>
    ref Slot Find(UInt128 key)
    {
        for (int at = _buckets[Bucket(key)]; at != None;)
        {
            ref var slot = ref _slots[at];
            if (slot.Key == key) return ref slot;
            at = slot.Next;
        }
        return ref Unsafe.NullRef<Slot>();
    }

    ref Slot Add(UInt128 key)
    {
        while (_buckets.Count < BucketsPerState * (Count + 1)) Split();
        int at = TakeSlot();
        ref int first = ref _buckets[Bucket(key)];
        ref var slot = ref _slots[at];
        slot = new() { Key = key, Next = first, Copy = _copy };
        first = at;
        Count++;
        return ref slot;
    }

    int TakeSlot()
    {
        if (_free == None)
        {
            if (_toSweep > 0) _toSweep++; // The hand comes by here before it is round.
            return _slots.Add(default);
        }
        int free = _free;
        _free = _slots[free].NextFree;
        return free;
    }

    /// <summary>Adds a bucket, and takes over those states of another that belong to it.</summary>
    void Split()
    {
        int added = _buckets.Add(None);
        if (added > _mask) _mask = (2 * _mask) + 1;
        ref int link = ref _buckets[added & (_mask >> 1)], moved = ref _buckets[added];
        while (link != None)
        {
            ref var slot = ref _slots[link];
            if (((int)slot.Key & _mask) != added)
            {
                link = ref slot.Next;
                continue;
            }
            int at = link;
            (link, slot.Next, moved) = (slot.Next, moved, at);
        }
    }

    /// <summary>A key and its state, or a link in the chain of free slots.</summary>
    struct Slot
    {
        internal UInt128 Key;
        internal TState? State;
        internal int Next;
        internal int Copy;

        internal readonly bool IsFree => Next < None;

        /// <summary>A free slot's link, kept in <see cref="Next"/> below all that a slot in use has there.</summary>
        internal int NextFree
        {
            readonly get => FirstFree - Next;
            set => Next = FirstFree - value;
        }
    }
}
